/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/verification.h"

#include "base/memory.h"

entitle_licence_verification *
ent_licence_verification_new(const entitle_runtime *runtime)
{
    entitle_licence_verification *verification =
        ent_allocate(runtime, sizeof(*verification));

    if (verification != NULL) {
        verification->runtime = *runtime;
        verification->reason = ENTITLE_INTERNAL_ERROR;
    }
    return verification;
}

void
entitle_licence_verification_free(entitle_licence_verification *verification)
{
    if (verification == NULL) {
        return;
    }
    entitle_runtime runtime = verification->runtime;
    ent_licence_claims_clear(&verification->licence);
    ent_signed_licence_clear(&verification->payload);
    ent_licence_header_clear(&verification->header);
    ent_compact_close(&runtime, &verification->compact);
    ent_release(&runtime, verification);
}

bool
entitle_licence_verification_is_valid(const entitle_licence_verification *verification)
{
    return verification != NULL && verification->reason == ENTITLE_VERIFIED;
}

entitle_status
entitle_licence_verification_reason(const entitle_licence_verification *verification)
{
    return verification == NULL ? ENTITLE_INTERNAL_ERROR : verification->reason;
}

const char *
entitle_licence_verification_message(const entitle_licence_verification *verification)
{
    return verification == NULL ? "" : verification->message;
}

const char *
entitle_licence_verification_hint(const entitle_licence_verification *verification)
{
    return verification == NULL ? "" : verification->hint;
}

entitle_check_result
entitle_licence_verification_step(
    const entitle_licence_verification *verification, entitle_licence_step step)
{
    if (verification == NULL || (unsigned)step >= ENTITLE_LICENCE_STEP_COUNT) {
        return ENTITLE_CHECK_NOT_REACHED;
    }
    return verification->steps[step];
}

static const ent_licence_key *
key_of(const entitle_licence_verification *verification)
{
    return verification == NULL ? NULL : verification->key;
}

const char *
entitle_licence_verification_key_id(const entitle_licence_verification *verification)
{
    const ent_licence_key *key = key_of(verification);

    return key == NULL ? NULL : key->id;
}

const char *
entitle_licence_verification_key_algorithm(
    const entitle_licence_verification *verification)
{
    const ent_licence_key *key = key_of(verification);

    return key == NULL ? NULL : ent_signer_algorithm_name(key->signer.algorithm);
}

const char *
entitle_licence_verification_key_sha256(
    const entitle_licence_verification *verification)
{
    const ent_licence_key *key = key_of(verification);

    return key == NULL ? NULL : key->signer.sha256_hex;
}

const entitle_licence *
entitle_licence_verification_licence(const entitle_licence_verification *verification)
{
    if (entitle_licence_verification_step(verification, ENTITLE_LICENCE_PAYLOAD) !=
        ENTITLE_CHECK_PASS) {
        return NULL;
    }
    return &verification->licence;
}
