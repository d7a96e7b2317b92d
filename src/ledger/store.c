/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include "base/error.h"
#include "base/memory.h"

entitle_status
ent_store_new(
    const entitle_runtime *runtime,
    const ent_ledger_backend *backend,
    ent_sql *sql,
    ent_ledger **out,
    entitle_error *error)
{
    ent_store *store = ent_allocate(runtime, sizeof(*store));
    if (store == NULL) {
        ent_sql_free(sql);
        return ent_fail_memory(error);
    }
    store->base.backend = backend;
    store->runtime = *runtime;
    store->sql = sql;
    *out = &store->base;
    return ENTITLE_OK;
}

void
ent_store_close(ent_ledger *base)
{
    ent_store *store = (ent_store *)base;
    entitle_runtime runtime = store->runtime;

    ent_sql_free(store->sql);
    ent_release(&runtime, store);
}

bool
ent_store_do_to(ent_store *store, ent_sql_statement which, int64_t record)
{
    return ent_sql_run(store->sql, which, ENT_SQL_WITH(ent_sql_integer(record)));
}

bool
ent_store_has_any(ent_store *store, ent_sql_statement which, bool *out)
{
    int64_t any = 0;
    bool holds = ent_sql_ask(store->sql, which, ENT_SQL_WITH_NOTHING, &any);

    *out = any != 0;
    return holds;
}
