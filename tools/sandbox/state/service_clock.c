/* SPDX-License-Identifier: Apache-2.0 */
#include "state/service_clock.h"

#include "base/error.h"
#include "base/runtime.h"
#include "state/statements.h"

static const char offset_name[] = "clock_offset_s";

entitle_status
service_clock_open(service_clock *clock, sandbox_store *store, entitle_error *error)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_SETTING_READ);
    statement_bind_text(statement, 1, offset_name);
    int rc = sqlite3_step(statement);
    clock->offset_s = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_reset(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot read the service's clock");
    }
    return ENTITLE_OK;
}

int64_t
service_clock_now_s(const service_clock *clock, const entitle_runtime *runtime)
{
    return ent_now_s(runtime) + clock->offset_s;
}

bool
service_clock_set_offset(service_clock *clock, sandbox_store *store, int64_t offset_s)
{
    if (!store_begin(store)) {
        return false;
    }
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_SETTING_WRITE);
    statement_bind_text(statement, 1, offset_name);
    (void)sqlite3_bind_int64(statement, 2, offset_s);
    if (!statement_run(statement)) {
        store_roll_back(store);
        return false;
    }
    if (!store_commit(store)) {
        return false;
    }
    clock->offset_s = offset_s;
    return true;
}
