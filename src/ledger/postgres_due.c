/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

/*
 * Read in its order, by the index that has it so, and no more than is taken: the
 * planner would rather sort all that is due where it takes the tables for small.
 */
static ent_sql_rows *
open_in_order(const ent_taking *taken, size_t limit)
{
    ent_postgres *sql = (ent_postgres *)taken->store->sql;
    ent_sql_rows *rows =
        ent_postgres_let_sort(sql, false)
            ? ent_store_open_due(
                  taken, (ent_sql_statement)ENT_SQL_FIND_DUE_IN_ORDER, limit)
            : NULL;

    if (rows == NULL || ent_postgres_let_sort(sql, true)) {
        return rows;
    }
    (void)ent_sql_close(rows);
    return NULL;
}

ent_sql_rows *
ent_postgres_open_due(const ent_taking *taken, size_t limit)
{
    const ent_ledger_claim *claim = taken->claim;

    if (claim->with_customers && claim->customer == NULL) {
        return open_in_order(taken, limit);
    }
    if (claim->with_customers) {
        return ent_store_open_due(
            taken, (ent_sql_statement)ENT_SQL_FIND_DUE_OF_CUSTOMER, limit);
    }
    return claim->customer == NULL
               ? ent_store_open_due(
                     taken, (ent_sql_statement)ENT_SQL_FIND_DUE_OF_INSTANCE, limit)
               : ent_store_open_due(taken, ENT_SQL_FIND_DUE, limit);
}
