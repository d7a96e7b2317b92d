/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <stdio.h>
#include <string.h>

static ent_usage_state
state_of(int64_t stored, const char *token, int64_t hour_s, int64_t now_s)
{
    if (stored != ENT_RECORD_UNSENT) {
        return (ent_usage_state)stored;
    }
    bool is_running = token[0] == '\0' && hour_s + ENT_LEDGER_HOUR_S > now_s;
    return is_running ? ENT_USAGE_OPEN : ENT_USAGE_CLOSED;
}

void
ent_store_read_key(ent_sql_rows *rows, int first_column, ent_usage_key *out)
{
    out->product_code = ent_sql_text_of(rows, first_column);
    out->dimension = ent_sql_text_of(rows, first_column + 1);
    out->form = (ent_customer_form)ent_sql_integer_of(rows, first_column + 2);
    out->customer = ent_sql_text_of(rows, first_column + 3);
    out->license_arn = ent_sql_text_of(rows, first_column + 4);
    out->instance = ent_sql_text_of(rows, first_column + 5);
}

void
ent_store_read_record(ent_sql_rows *rows, int64_t now_s, ent_ledger_record *out)
{
    const char *carried = ent_sql_text_of(rows, 16);

    *out = (ent_ledger_record){
        .id = ent_sql_integer_of(rows, 0),
        .hour_s = ent_sql_integer_of(rows, 8),
        .quantity = ent_sql_integer_of(rows, 9),
        .client_token = ent_sql_text_of(rows, 10),
        .metering_record_id = ent_sql_text_of(rows, 12),
        .reason = ent_sql_text_of(rows, 13),
        .is_doubtful = ent_sql_integer_of(rows, 14) != 0,
        .carried_from = strcmp(carried, "[]") != 0 ? carried : "",
    };
    out->state =
        state_of(ent_sql_integer_of(rows, 1), out->client_token, out->hour_s, now_s);
    ent_store_read_key(rows, 2, &out->key);
    out->request = ent_sql_blob_of(rows, 11, &out->request_length);
}

bool
ent_store_find_row(ent_store *store, int64_t record, ent_row *out, bool *found)
{
    ent_sql_rows *rows = ent_sql_open(
        store->sql, ENT_SQL_FIND_ROW, ENT_SQL_WITH(ent_sql_integer(record)));

    *found = ent_sql_next(rows);
    if (*found) {
        *out = (ent_row){
            .key = ent_sql_integer_of(rows, 0),
            .hour_s = ent_sql_integer_of(rows, 1),
            .quantity = ent_sql_integer_of(rows, 2),
            .state = (ent_record_state)ent_sql_integer_of(rows, 3),
            .is_doubtful = ent_sql_integer_of(rows, 4) != 0,
        };
        (void)snprintf(out->owner, sizeof(out->owner), "%s", ent_sql_text_of(rows, 5));
        (void)snprintf(out->token, sizeof(out->token), "%s", ent_sql_text_of(rows, 6));
    }
    return ent_sql_close(rows);
}

bool
ent_store_get_row(ent_store *store, int64_t record, ent_row *out)
{
    bool found = false;

    return ent_store_find_row(store, record, out, &found) &&
           (found || ent_sql_set_trouble(store->sql, ENT_SQL_ROW_IS_MISSING));
}

bool
ent_store_finish(
    ent_store *store,
    int64_t record,
    int64_t quantity,
    ent_record_state state,
    const char *metering_record_id,
    const char *reason)
{
    /* Counted before the row forgets what was added to it. */
    return ent_sql_run(
               store->sql,
               ENT_SQL_COUNT_FINISHED,
               ENT_SQL_WITH(
                   ent_sql_integer(record),
                   ent_sql_integer(state),
                   ent_sql_integer(quantity))) &&
           ent_sql_run(
               store->sql,
               ENT_SQL_FINISH,
               ENT_SQL_WITH(
                   ent_sql_integer(record),
                   ent_sql_integer(state),
                   ent_sql_text(metering_record_id),
                   ent_sql_text(reason))) &&
           ent_store_do_to(store, ENT_SQL_DROP_TAGS, record);
}

static bool
ask_key(
    ent_store *store, ent_sql_statement which, const ent_usage_key *key, int64_t *out)
{
    return ent_sql_ask(
        store->sql,
        which,
        ENT_SQL_WITH(
            ent_sql_text(key->product_code),
            ent_sql_text(key->dimension),
            ent_sql_integer(key->form),
            ent_sql_text(key->customer),
            ent_sql_text(key->license_arn),
            ent_sql_text(key->instance)),
        out);
}

/* What another process adds meanwhile is found by the second look. */
int64_t
ent_store_key(ent_store *store, const ent_usage_key *key)
{
    int64_t id = 0;

    if (!ask_key(store, ENT_SQL_FIND_KEY, key, &id) ||
        (id == 0 && !ask_key(store, ENT_SQL_ADD_KEY, key, &id)) ||
        (id == 0 && !ask_key(store, ENT_SQL_FIND_KEY, key, &id))) {
        return 0;
    }
    if (id == 0) {
        (void)ent_sql_set_trouble(store->sql, ENT_SQL_ROW_IS_MISSING);
    }
    return id;
}

bool
ent_store_heir_key(ent_store *store, int64_t record, const char *instance, int64_t *out)
{
    ent_sql_rows *rows = ent_sql_open(
        store->sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(record)));

    *out = 0;
    if (ent_sql_next(rows)) {
        ent_ledger_record row;
        ent_store_read_record(rows, 0, &row);
        row.key.instance = instance;
        *out = ent_store_key(store, &row.key);
    }
    return ent_sql_close(rows) && *out != 0;
}
