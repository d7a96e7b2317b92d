/* SPDX-License-Identifier: Apache-2.0 */
#include "state/registration_tokens.h"

#include "base/memory.h"
#include "state/statements.h"

const market_registration_token *
registration_tokens_find(const sandbox_market *market, const char *token)
{
    for (size_t i = 0; i < market->registration_token_count; i++) {
        if (ent_equal_in_constant_time(market->registration_tokens[i].token, token)) {
            return &market->registration_tokens[i];
        }
    }
    return NULL;
}

uint32_t
registration_tokens_uses(sandbox_store *store, const market_registration_token *token)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_TOKEN_USES);
    statement_bind_text(statement, 1, token->token);
    int rc = sqlite3_step(statement);
    uint32_t uses = rc == SQLITE_DONE ? 0 : UINT32_MAX;
    if (rc == SQLITE_ROW) {
        uses = (uint32_t)sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_reset(statement);
    return uses;
}

bool
registration_tokens_use(sandbox_store *store, const market_registration_token *token)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_TOKEN_USE);
    statement_bind_text(statement, 1, token->token);
    return statement_run(statement);
}
