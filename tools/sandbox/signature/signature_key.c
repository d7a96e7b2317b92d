/* SPDX-License-Identifier: Apache-2.0 */
#include "signature/signature_key.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

typedef enum key_state { KEY_UNKNOWN, KEY_EXPIRED, KEY_GOOD } key_state;

static void
take_key(signature_inquiry *check, const char *secret, const sandbox_identity *identity)
{
    (void)snprintf(
        check->secret_access_key, sizeof(check->secret_access_key), "%s", secret);
    (void)snprintf(
        check->identity_name, sizeof(check->identity_name), "%s", identity->name);
    check->identity = identity->number;
}

/*
 * A long-term key comes without a security token: one beside it is as unknown to AWS
 * as another key. Called with the lock held.
 */
static key_state
find_long_term(signature_inquiry *check, const char *token)
{
    const sandbox_market *market = &check->call->sandbox->market;
    if (token != NULL) {
        return KEY_UNKNOWN;
    }
    take_key(check, market->secret_access_key, &market->identity);
    return KEY_GOOD;
}

/* A temporary key is worth nothing without its token. Called with the lock held. */
static key_state
find_temporary(signature_inquiry *check, const char *token)
{
    sandbox_core *sandbox = check->call->sandbox;
    const sandbox_session *session =
        sessions_find(&sandbox->sessions, check->authorization.access_key_id);
    if (session == NULL || token == NULL ||
        !ent_equal_in_constant_time(session->token, token)) {
        return KEY_UNKNOWN;
    }
    const sandbox_identity *identity =
        market_find_identity(&sandbox->market, session->identity);
    if (identity == NULL) {
        return KEY_UNKNOWN;
    }
    take_key(check, session->secret_access_key, identity);
    return session->expires_at_s > check->call->now_s ? KEY_GOOD : KEY_EXPIRED;
}

bool
signature_find_key(signature_inquiry *check)
{
    sandbox_call *call = check->call;
    sandbox_core *sandbox = call->sandbox;
    const char *token = request_header(call->request, "X-Amz-Security-Token");
    pthread_mutex_lock(&sandbox->lock);
    bool is_long_term =
        strcmp(check->authorization.access_key_id, sandbox->market.access_key_id) == 0;
    key_state state =
        is_long_term ? find_long_term(check, token) : find_temporary(check, token);
    pthread_mutex_unlock(&sandbox->lock);
    switch (state) {
    case KEY_GOOD:
        return true;
    case KEY_EXPIRED:
        /* STS keeps the longer name for web identities. */
        call_refuse(
            call,
            strcmp(check->service, "sts") == 0 ? "ExpiredToken"
                                               : "ExpiredTokenException",
            &rule_session_lasts,
            "The security token included in the request is expired");
        return false;
    case KEY_UNKNOWN:
        break;
    }
    call_refuse(
        call,
        "UnrecognizedClientException",
        &rule_signature_key,
        "The security token included in the request is invalid.");
    return false;
}
