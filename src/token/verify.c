/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/options.h"
#include "base/runtime.h"
#include "keyring/keyring.h"
#include "token/judgement.h"
#include "token/verification.h"

#include <stdio.h>

/* Whether there is anything to judge by. */
static entitle_status
check_expectation(
    const entitle_keyring *keyring,
    const entitle_expectation *expected,
    entitle_error *error)
{
    if ((expected->product_code != NULL && expected->product_code[0] == '\0') ||
        (expected->nonce != NULL && expected->nonce[0] == '\0')) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "an empty product code or nonce can be expected of no token");
    }
    if (entitle_keyring_count(keyring) == 0) {
        ent_fail(error, ENTITLE_KEYS_UNUSABLE, "the keyring is empty");
        ent_hint(error, "add the public key that AWS Marketplace issued");
        return ENTITLE_KEYS_UNUSABLE;
    }
    if (expected->key_version != 0 &&
        entitle_keyring_find(keyring, expected->key_version) == NULL) {
        ent_fail(
            error,
            ENTITLE_UNKNOWN_KEY_VERSION,
            "the key of version %u is not held",
            expected->key_version);
        ent_hint(error, "add that key, or name a version that is held");
        return ENTITLE_UNKNOWN_KEY_VERSION;
    }
    return ENTITLE_OK;
}

static bool
passes(entitle_verification *verification, entitle_check check, entitle_status status)
{
    verification->checks[check] =
        status == ENTITLE_OK ? ENTITLE_CHECK_PASS : ENTITLE_CHECK_FAIL;
    return status == ENTITLE_OK;
}

static ent_judgement_terms
terms_of(const entitle_verification *verification, const entitle_expectation *expected)
{
    return (ent_judgement_terms){
        .product_code = expected->product_code,
        .nonce = expected->nonce,
        .nonce_is_fresh = expected->nonce_is_fresh,
        .key_version = entitle_key_version(verification->key),
        .now_s =
            expected->at_s != 0 ? expected->at_s : ent_now_s(&verification->runtime),
    };
}

/*
 * The ladder of checks. The signature comes before the payload, so that nobody without
 * AWS's key has a word in what the payload's readers get to see.
 */
static entitle_status
judge(
    entitle_verification *verification,
    const entitle_keyring *keyring,
    const char *token,
    size_t token_length,
    const entitle_expectation *expected,
    entitle_error *cause)
{
    ent_compact *compact = &verification->compact;
    ent_signed_payload payload = { 0 };
    /* No bytes may come without an address, which memchr() must not be given. */
    entitle_status status = ent_compact_open(
        &verification->runtime,
        token != NULL ? token : "",
        token_length,
        compact,
        cause);

    if (!passes(verification, ENTITLE_CHECK_STRUCTURE, status)) {
        return status;
    }
    status = ent_header_read(
        compact->header, compact->header_length, &verification->header, cause);
    if (!passes(verification, ENTITLE_CHECK_HEADER, status)) {
        return status;
    }
    status = ent_signature_check(
        keyring, expected->key_version, compact, &verification->key, &payload, cause);
    if (!passes(verification, ENTITLE_CHECK_SIGNATURE, status)) {
        return status;
    }
    status = ent_claims_read(
        &payload, &verification->claims, &verification->warnings, cause);
    if (!passes(verification, ENTITLE_CHECK_PAYLOAD, status)) {
        return status;
    }
    ent_judgement_terms terms = terms_of(verification, expected);
    return ent_judge(
        &verification->claims,
        &terms,
        verification->checks,
        &verification->warnings,
        cause);
}

/* What nobody asked for stays unchecked, however far the others get. */
static void
note_what_is_asked(
    entitle_verification *verification, const entitle_expectation *expected)
{
    if (expected->product_code == NULL) {
        verification->checks[ENTITLE_CHECK_PRODUCT_CODE] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (expected->nonce == NULL) {
        verification->checks[ENTITLE_CHECK_NONCE] = ENTITLE_CHECK_NOT_CHECKED;
    }
}

static void
conclude(
    entitle_verification *verification,
    entitle_status status,
    const entitle_error *cause)
{
    if (status == ENTITLE_OK) {
        snprintf(
            verification->message,
            sizeof(verification->message),
            "the token is authentic, signed by the key of version %u",
            entitle_key_version(verification->key));
        verification->reason = ENTITLE_VERIFIED;
        return;
    }
    snprintf(
        verification->message, sizeof(verification->message), "%s", cause->message);
    verification->reason = status;
}

entitle_status
entitle_verify(
    const entitle_keyring *keyring,
    const char *token,
    size_t token_length,
    const entitle_expectation *expectation,
    entitle_verification **out,
    entitle_error *error)
{
    entitle_expectation expected = { .struct_size = sizeof(expected) };
    entitle_error cause;

    if (out == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no place for the result");
    }
    *out = NULL;
    if (keyring == NULL || (token == NULL && token_length > 0)) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keyring or no token");
    }
    if (expectation != NULL &&
        !ent_options_copy(&expected, sizeof(expected), expectation)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_expectation is of another version");
    }
    entitle_status status = check_expectation(keyring, &expected, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_verification *verification =
        ent_verification_new(ent_keyring_runtime(keyring));
    if (verification == NULL) {
        return ent_fail_memory(error);
    }
    note_what_is_asked(verification, &expected);
    status = judge(verification, keyring, token, token_length, &expected, &cause);
    verification->compact.signing_input = NULL; /* the caller's, from here on */
    if (status == ENTITLE_OUT_OF_MEMORY) {
        entitle_verification_free(verification);
        return ent_fail_memory(error);
    }
    conclude(verification, status, &cause);
    *out = verification;
    return ENTITLE_OK;
}
