/* SPDX-License-Identifier: Apache-2.0 */
#include "token/verification.h"

#include "base/memory.h"

entitle_verification *
ent_verification_new(const entitle_runtime *runtime)
{
    entitle_verification *verification = ent_allocate(runtime, sizeof(*verification));

    if (verification != NULL) {
        verification->runtime = *runtime;
        verification->reason = ENTITLE_INTERNAL_ERROR;
    }
    return verification;
}

void
entitle_verification_free(entitle_verification *verification)
{
    if (verification == NULL) {
        return;
    }
    entitle_runtime runtime = verification->runtime;
    ent_claims_clear(&verification->claims);
    ent_header_clear(&verification->header);
    ent_compact_close(&runtime, &verification->compact);
    ent_release(&runtime, verification);
}

bool
entitle_verification_is_valid(const entitle_verification *verification)
{
    return verification != NULL && verification->reason == ENTITLE_VERIFIED;
}

entitle_status
entitle_verification_reason(const entitle_verification *verification)
{
    return verification == NULL ? ENTITLE_INTERNAL_ERROR : verification->reason;
}

const char *
entitle_verification_message(const entitle_verification *verification)
{
    return verification == NULL ? "" : verification->message;
}

entitle_check_result
entitle_verification_check(
    const entitle_verification *verification, entitle_check check)
{
    if (verification == NULL || (unsigned)check >= ENTITLE_CHECK_COUNT) {
        return ENTITLE_CHECK_NOT_REACHED;
    }
    return verification->checks[check];
}

const entitle_key *
entitle_verification_key(const entitle_verification *verification)
{
    return verification == NULL ? NULL : verification->key;
}

size_t
entitle_verification_warning_count(const entitle_verification *verification)
{
    return verification == NULL ? 0 : verification->warnings.count;
}

const char *
entitle_verification_warning_at(const entitle_verification *verification, size_t index)
{
    return index < entitle_verification_warning_count(verification)
               ? verification->warnings.text[index]
               : NULL;
}

const char *
entitle_verification_algorithm_unverified(const entitle_verification *verification)
{
    return verification == NULL ? NULL : verification->header.algorithm;
}

const char *
entitle_verification_type_unverified(const entitle_verification *verification)
{
    return verification == NULL ? NULL : verification->header.type;
}

const entitle_claims *
entitle_verification_claims(const entitle_verification *verification)
{
    if (entitle_verification_check(verification, ENTITLE_CHECK_PAYLOAD) !=
        ENTITLE_CHECK_PASS) {
        return NULL;
    }
    return &verification->claims;
}
