/* SPDX-License-Identifier: Apache-2.0 */
#include "play/handout.h"

#include "aws/sigv4.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_S = 3600 };

static int64_t
choose_end(const sandbox_call *call, int64_t lifetime_s)
{
    if (call->fault.kind == FAULT_LIFETIME) {
        return call->now_s + call->fault.amount;
    }
    bool is_expired =
        call->fault.kind == FAULT_DOCUMENT && call->fault.document == DOCUMENT_EXPIRED;
    return call->now_s + (is_expired ? -HOUR_S : lifetime_s);
}

static bool
prepare(sandbox_call *call, int64_t lifetime_s, sandbox_session *out)
{
    static const char special[] = "&<>\"'";
    *out = (sandbox_session){ .expires_at_s = choose_end(call, lifetime_s) };
    if (!session_make(&call->sandbox->runtime, out)) {
        call_fail(call);
        return false;
    }
    if (call->fault.kind == FAULT_DOCUMENT &&
        call->fault.document == DOCUMENT_XML_ENTITIES) {
        memcpy(out->secret_access_key, special, sizeof(special) - 1);
    }
    return true;
}

/* Called with the lock held. */
static void
hand_over(
    sandbox_call *call, const sandbox_identity *identity, sandbox_session *session)
{
    session->identity = identity->number;
    sessions_add(&call->sandbox->sessions, session);
    (void)snprintf(
        call->entry.identity, sizeof(call->entry.identity), "%s", identity->name);
    call->entry.rule = call->fault.kind == FAULT_NONE ? &rule_handed_out : &rule_fault;
}

bool
handout_to_container(
    sandbox_call *call,
    identity_kind kind,
    const char *name,
    int64_t lifetime_s,
    sandbox_session *out)
{
    char key[ENT_SHA256_HEX_SIZE];
    if (!ent_sha256_hex(name, strlen(name), key)) {
        call_fail(call);
        return false;
    }
    if (!prepare(call, lifetime_s, out)) {
        return false;
    }
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    const sandbox_identity *container =
        identities_meet_container(sandbox->identities, kind, key, call->service_s);
    if (container != NULL) {
        hand_over(call, container, out);
    }
    pthread_mutex_unlock(&sandbox->lock);
    if (container == NULL) {
        call_fail_store(call);
    }
    return container != NULL;
}

bool
handout_to_signer(sandbox_call *call, int64_t lifetime_s, sandbox_session *out)
{
    if (!prepare(call, lifetime_s, out)) {
        return false;
    }
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    const sandbox_identity *signer = call_find_signer(call);
    if (signer != NULL) {
        hand_over(call, signer, out);
    }
    pthread_mutex_unlock(&sandbox->lock);
    if (signer == NULL) {
        call_refuse(
            call,
            "UnrecognizedClientException",
            &rule_signature_key,
            "The security token included in the request is invalid.");
    }
    return signer != NULL;
}
