/* SPDX-License-Identifier: Apache-2.0 */
#include "state/setting.h"

#include "state/statements.h"

bool
setting_read(sandbox_store *store, const char *name, int64_t *out)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_SETTING_READ);
    statement_bind_text(statement, 1, name);
    bool is_there = sqlite3_step(statement) == SQLITE_ROW;
    if (is_there) {
        *out = sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_reset(statement);
    return is_there;
}

bool
setting_write(sandbox_store *store, const char *name, int64_t value)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_SETTING_WRITE);
    statement_bind_text(statement, 1, name);
    (void)sqlite3_bind_int64(statement, 2, value);
    return statement_run(statement);
}
