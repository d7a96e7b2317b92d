/* SPDX-License-Identifier: Apache-2.0 */
#include "signature/signature_key.h"

#include "base/memory.h"
#include "market/place.h"

#include <stdio.h>
#include <string.h>

typedef enum key_state { KEY_UNKNOWN, KEY_EXPIRED, KEY_ELSEWHERE, KEY_GOOD } key_state;

static void
take_key(signature_inquiry *check, const char *secret, const sandbox_identity *identity)
{
    (void)snprintf(
        check->secret_access_key, sizeof(check->secret_access_key), "%s", secret);
    (void)snprintf(
        check->identity_name, sizeof(check->identity_name), "%s", identity->name);
    check->identity = identity->number;
}

/* `expires_at_s` is by the machine's clock. */
static key_state
judge(
    const signature_inquiry *check,
    const sandbox_identity *identity,
    int64_t expires_at_s)
{
    if (expires_at_s <= check->call->now_s) {
        return KEY_EXPIRED;
    }
    const char *partition = place_partition(check->authorization.region);
    return strcmp(partition, place_partition(identity->region)) == 0 ? KEY_GOOD
                                                                     : KEY_ELSEWHERE;
}

/*
 * A long-term key comes without a security token: one beside it is as unknown to AWS
 * as another key, and so is a temporary one without its own. Called with the lock held.
 */
static key_state
find_of_market(
    signature_inquiry *check, const market_access_key *key, const char *token)
{
    const sandbox_core *sandbox = check->call->sandbox;
    bool is_unknown = key->session_token == NULL || token == NULL
                          ? key->session_token != token
                          : !ent_equal_in_constant_time(key->session_token, token);
    if (is_unknown) {
        return KEY_UNKNOWN;
    }
    size_t index = (size_t)(key - sandbox->market->access_keys);
    const sandbox_identity *identity = identities_of_key(sandbox->identities, index);
    take_key(check, key->secret_access_key, identity);
    return judge(check, identity, key->expires_at_s);
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
        identities_find(sandbox->identities, session->identity);
    if (identity == NULL) {
        return KEY_UNKNOWN;
    }
    take_key(check, session->secret_access_key, identity);
    return judge(check, identity, session->expires_at_s);
}

bool
signature_find_key(signature_inquiry *check)
{
    sandbox_call *call = check->call;
    sandbox_core *sandbox = call->sandbox;
    const char *token = request_header(call->request, "X-Amz-Security-Token");
    const market_access_key *key =
        market_find_access_key(sandbox->market, check->authorization.access_key_id);
    check->key = key;
    pthread_mutex_lock(&sandbox->lock);
    key_state state =
        key != NULL ? find_of_market(check, key, token) : find_temporary(check, token);
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
    case KEY_ELSEWHERE:
        break;
    }
    call_refuse(
        call,
        "UnrecognizedClientException",
        state == KEY_UNKNOWN ? &rule_signature_key : &rule_signature_partition,
        "The security token included in the request is invalid.");
    return false;
}
