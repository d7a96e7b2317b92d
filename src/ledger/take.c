/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

ent_sql_rows *
ent_store_open_due(const ent_taking *taken, ent_sql_statement which, size_t limit)
{
    const ent_ledger_claim *claim = taken->claim;
    int64_t latest_s = claim->now_s - (claim->is_final ? 0 : ENT_LEDGER_HOUR_S);

    return ent_sql_open(
        taken->store->sql,
        which,
        ENT_SQL_WITH(
            ent_sql_integer(latest_s),
            ent_sql_integer(claim->now_s),
            ent_sql_text(claim->instance),
            ent_sql_integer(claim->with_customers),
            ent_sql_text(claim->customer),
            ent_sql_text(claim->product_code),
            ent_sql_integer((int64_t)limit),
            ent_sql_integer(claim->is_only_sender),
            ent_sql_text(claim->owner)));
}

/* --- Showing: only what is durable ------------------------------------------------ */

typedef struct showing {
    const ent_taking *taken;
    int64_t record;
    ent_ledger_visitor *visit;
} showing;

static bool
show(void *context)
{
    const showing *shown = context;
    ent_sql *sql = shown->taken->store->sql;
    ent_sql_rows *rows = ent_sql_open(
        sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(shown->record)));
    bool found = ent_sql_next(rows);

    if (found) {
        ent_ledger_record row;
        ent_store_read_record(rows, shown->taken->claim->now_s, &row);
        shown->visit(shown->taken->context, &row);
    }
    return ent_sql_close(rows) &&
           (found || ent_sql_set_trouble(sql, ENT_SQL_ROW_IS_MISSING));
}

entitle_status
ent_store_show(
    const ent_taking *taken,
    int64_t record,
    ent_ledger_visitor *visit,
    entitle_error *error)
{
    showing shown = { taken, record, visit };

    return ent_sql_look(taken->store->sql, show, &shown, error);
}
