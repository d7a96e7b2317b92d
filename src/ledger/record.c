/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

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

/* The texts of a record, each with its length. */
enum { RECORD_TEXTS = 9 };

static void
list_texts(ent_ledger_record *record, const char **out[RECORD_TEXTS])
{
    ent_usage_key *key = &record->key;
    const char **const texts[RECORD_TEXTS] = {
        &key->product_code, &key->dimension,       &key->customer,
        &key->license_arn,  &key->instance,        &record->client_token,
        &record->reason,    &record->carried_from, &record->metering_record_id,
    };
    memcpy(out, texts, sizeof(texts));
}

ent_ledger_record *
ent_store_copy_record(ent_store *store, ent_sql_rows *rows, int64_t now_s)
{
    ent_ledger_record row;
    const char **texts[RECORD_TEXTS];
    size_t sizes[RECORD_TEXTS];
    ent_store_read_record(rows, now_s, &row);
    list_texts(&row, texts);
    size_t size = sizeof(row) + row.request_length + 1;
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        sizes[i] = strlen(*texts[i]) + 1;
        size += sizes[i];
    }
    ent_ledger_record *copy = store->runtime.allocate(store->runtime.context, size);
    if (copy == NULL) {
        return NULL;
    }
    char *end = (char *)(copy + 1);
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        memcpy(end, *texts[i], sizes[i]);
        *texts[i] = end;
        end += sizes[i];
    }
    if (row.request != NULL) {
        memcpy(end, row.request, row.request_length);
        end[row.request_length] = '\0';
        row.request = end;
    }
    *copy = row;
    return copy;
}

static void
copy_text(char *out, size_t size, const char *text)
{
    size_t length = strnlen(text, size - 1);

    memcpy(out, text, length);
    out[length] = '\0';
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
            .added = ent_sql_integer_of(rows, 7),
        };
        copy_text(out->owner, sizeof(out->owner), ent_sql_text_of(rows, 5));
        copy_text(out->token, sizeof(out->token), ent_sql_text_of(rows, 6));
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

static bool
count_finished(ent_store *store, const ent_row *row, ent_record_state state)
{
    return ent_sql_run(
        store->sql,
        ENT_SQL_COUNT_FINISHED,
        ENT_SQL_WITH(
            ent_sql_integer(row->key),
            ent_sql_integer(row->added),
            ent_sql_integer(state == ENT_RECORD_ACCEPTED ? row->quantity : 0),
            ent_sql_integer(state == ENT_RECORD_REJECTED ? row->quantity : 0),
            ent_sql_integer(state == ENT_RECORD_LOST ? row->quantity : 0)));
}

static const char *
text_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

bool
ent_store_finish(
    ent_store *store, int64_t record, const ent_row *row, const ent_ending *ending)
{
    return count_finished(store, row, ending->state) &&
           ent_sql_run(
               store->sql,
               ENT_SQL_FINISH,
               ENT_SQL_WITH(
                   ent_sql_integer(record),
                   ent_sql_integer(ending->state),
                   ent_sql_text(text_or_empty(ending->metering_record_id)),
                   ent_sql_text(text_or_empty(ending->reason)))) &&
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
