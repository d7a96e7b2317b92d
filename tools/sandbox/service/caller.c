/* SPDX-License-Identifier: Apache-2.0 */
#include "service/caller.h"

const sandbox_identity *
caller_find(sandbox_call *call)
{
    const sandbox_identity *caller =
        identities_find(call->sandbox->identities, call->identity);
    if (caller == NULL) {
        call_refuse(
            call,
            "UnrecognizedClientException",
            &rule_signature_key,
            "The security token included in the request is invalid.");
    }
    return caller;
}
