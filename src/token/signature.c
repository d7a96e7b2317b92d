/* SPDX-License-Identifier: Apache-2.0 */
#include "token/signature.h"

#include "base/error.h"
#include "crypto/rsa_pss.h"
#include "keyring/keyring.h"

static ent_pss_result
try_key(const entitle_key *key, const ent_compact *compact)
{
    return ent_rsa_pss_verify(
        ent_key_rsa(key),
        compact->signing_input,
        compact->signing_input_length,
        compact->signature,
        compact->signature_length);
}

/*
 * AWS does not publish the salt length that it uses. Should it ever differ from what
 * RFC 7518 demands, this sentence spares its finder a day.
 */
static bool
explain_salt(const entitle_key *key, const ent_compact *compact, entitle_error *error)
{
    int salt_length = ent_rsa_pss_salt_length(
        ent_key_rsa(key),
        compact->signing_input,
        compact->signing_input_length,
        compact->signature,
        compact->signature_length);

    if (salt_length < 0) {
        return false;
    }
    ent_fail(
        error,
        ENTITLE_BAD_SIGNATURE,
        "signed by this key with a salt of %d bytes, where PS256 demands %d "
        "(key version %u)",
        salt_length,
        (int)ENT_SHA256_SIZE,
        entitle_key_version(key));
    return true;
}

static entitle_status
refuse_one(const entitle_key *key, const ent_compact *compact, entitle_error *error)
{
    size_t wanted = ent_rsa_key_modulus_size(ent_key_rsa(key));

    if (compact->signature_length != wanted) {
        return ent_fail(
            error,
            ENTITLE_BAD_SIGNATURE,
            "the signature has %zu bytes, where the key of version %u makes %zu",
            compact->signature_length,
            entitle_key_version(key),
            wanted);
    }
    return ent_fail(
        error,
        ENTITLE_BAD_SIGNATURE,
        "the signature does not hold under the key of version %u",
        entitle_key_version(key));
}

entitle_status
ent_signature_check(
    const entitle_keyring *keyring,
    uint32_t key_version,
    const ent_compact *compact,
    const entitle_key **key,
    ent_signed_payload *out,
    entitle_error *error)
{
    const entitle_key *named = entitle_keyring_find(keyring, key_version);
    size_t count = key_version == 0 ? entitle_keyring_count(keyring) : 1;

    *key = NULL;
    for (size_t i = 0; i < count; i++) {
        *key = key_version == 0 ? entitle_keyring_at(keyring, i) : named;
        ent_pss_result result = try_key(*key, compact);
        if (result == ENT_PSS_VALID) {
            *out = (ent_signed_payload){ compact->payload, compact->payload_length };
            return ENTITLE_OK;
        }
        if (result != ENT_PSS_INVALID) {
            return ent_fail_memory(error);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const entitle_key *tried =
            key_version == 0 ? entitle_keyring_at(keyring, i) : named;
        if (explain_salt(tried, compact, error)) {
            *key = tried;
            return ENTITLE_BAD_SIGNATURE;
        }
    }
    if (count == 1) {
        return refuse_one(*key, compact, error);
    }
    return ent_fail(
        error,
        ENTITLE_BAD_SIGNATURE,
        "the signature holds under none of the %zu keys held",
        count);
}
