/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTRATION_TOKENS_H
#define SANDBOX_REGISTRATION_TOKENS_H

#include "market/market.h"
#include "state/store.h"

/* The market's registration tokens, and how often each has been redeemed (stored). */

/* NULL: no such token. Compared in constant time. */
const market_registration_token *
registration_tokens_find(const sandbox_market *market, const char *token);

/* Both inside a transaction. UINT32_MAX and false: the store. */
uint32_t
registration_tokens_uses(sandbox_store *store, const market_registration_token *token);
bool
registration_tokens_use(sandbox_store *store, const market_registration_token *token);

#endif
