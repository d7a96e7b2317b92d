/* SPDX-License-Identifier: Apache-2.0 */
#include "play/call.h"

#include "wire/error_code.h"

#include <stdio.h>

const sandbox_identity *
call_find_signer(sandbox_call *call)
{
    const sandbox_core *sandbox = call->sandbox;
    if (call->key == NULL) {
        return identities_find(sandbox->identities, call->identity);
    }
    size_t index = (size_t)(call->key - sandbox->market->access_keys);
    const sandbox_identity *signer = identities_of_key(sandbox->identities, index);
    call->identity = signer->number;
    (void)snprintf(
        call->entry.identity, sizeof(call->entry.identity), "%s", signer->name);
    return signer;
}

void
call_refuse_with(
    sandbox_call *call,
    const char *error_name,
    unsigned http_status,
    const sandbox_rule *rule,
    const char *message)
{
    call->write_error(call->answer, error_name, http_status, message);
    (void)snprintf(call->entry.error, sizeof(call->entry.error), "%s", error_name);
    call->entry.rule = rule;
}

bool
call_refuse(
    sandbox_call *call,
    const char *error_name,
    const sandbox_rule *rule,
    const char *message)
{
    const error_code *code = error_code_find(error_name);
    unsigned http_status = code != NULL ? code->http_status : 400;
    call_refuse_with(call, error_name, http_status, rule, message);
    return false;
}

void
call_fail(sandbox_call *call)
{
    call_refuse(call, "InternalFailure", &rule_internal, "The sandbox itself failed.");
}

void
call_fail_store(sandbox_call *call)
{
    call_refuse(
        call,
        "InternalServiceErrorException",
        &rule_store,
        "The sandbox cannot write its state.");
}
