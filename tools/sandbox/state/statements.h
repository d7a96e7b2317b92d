/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STATEMENTS_H
#define SANDBOX_STATEMENTS_H

#include "state/store.h"

#include <sqlite3.h>

/* Everything that is asked of state.db while the sandbox runs, prepared once. */
typedef enum store_statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLL_BACK,

    STATEMENT_SETTING_READ,
    STATEMENT_SETTING_WRITE,

    STATEMENT_IDENTITIES_OF_KEYS,
    STATEMENT_CONTAINERS,
    STATEMENT_IDENTITY_ADD,
    STATEMENT_IDENTITY_REMOVE,
    STATEMENT_REGISTRATIONS,
    STATEMENT_REGISTRATION_ADD,
    STATEMENT_REGISTRATIONS_REMOVE,

    STATEMENT_SUBSCRIPTIONS,
    STATEMENT_SUBSCRIPTION_WRITE,

    STATEMENT_TOKEN_USES,
    STATEMENT_TOKEN_USE,

    STATEMENT_RECORD_ADD,
    STATEMENT_RECORD_OF_HOUR,
    STATEMENT_RECORD_OF_TOKEN,
    STATEMENT_RECORD_DOUBLED,
    STATEMENT_RECORD_OF_STYLE,

    STATEMENT_COUNT
} store_statement;

/* The statements in their order; the last is NULL. */
extern const char *const statement_texts[STATEMENT_COUNT + 1];

/* Reset, and with the parameters of its last use. */
sqlite3_stmt *store_statement_of(const sandbox_store *store, store_statement which);

const entitle_runtime *store_runtime(const sandbox_store *store);

/* Runs one that yields no rows. */
bool statement_run(sqlite3_stmt *statement);

/* NULL is bound as NULL. The text must live until the statement has run. */
void statement_bind_text(sqlite3_stmt *statement, int place, const char *text);

/* Never NULL: "" for NULL. Good until the next step. */
const char *statement_text(sqlite3_stmt *statement, int column);

#endif
