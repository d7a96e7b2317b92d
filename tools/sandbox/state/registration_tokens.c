/* SPDX-License-Identifier: Apache-2.0 */
#include "state/registration_tokens.h"

#include "base/memory.h"
#include "base/text.h"
#include "state/statements.h"

#include <openssl/evp.h>

#include <string.h>

enum { DIGEST_LENGTH = 32, DIGEST_TEXT_SIZE = 2 * DIGEST_LENGTH + 1 };

/* What a token is known by in the store, which whoever copies it shall not redeem. */
static bool
digest(const market_registration_token *token, char out[DIGEST_TEXT_SIZE])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const char *text = token->token;
    if (EVP_Digest(text, strlen(text), bytes, &length, EVP_sha256(), NULL) != 1 ||
        length != DIGEST_LENGTH) {
        return false;
    }
    ent_text_hex(bytes, DIGEST_LENGTH, out);
    return true;
}

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
    char name[DIGEST_TEXT_SIZE];
    if (!digest(token, name)) {
        return UINT32_MAX;
    }
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_TOKEN_USES);
    statement_bind_text(statement, 1, name);
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
    char name[DIGEST_TEXT_SIZE];
    if (!digest(token, name)) {
        return false;
    }
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_TOKEN_USE);
    statement_bind_text(statement, 1, name);
    return statement_run(statement);
}
