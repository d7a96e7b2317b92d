/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/options.h"
#include "base/timestamp.h"
#include "licence/judgement.h"
#include "licence/verification.h"

#include <stdio.h>
#include <string.h>

static entitle_status
check_expectation(
    const entitle_licence_keys *keys,
    const entitle_licence_expectation *expected,
    entitle_error *error)
{
    if ((expected->product_code != NULL && expected->product_code[0] == '\0') ||
        (expected->account != NULL && expected->account[0] == '\0') ||
        (expected->host != NULL && expected->host[0] == '\0') ||
        (expected->state_file != NULL && expected->state_file[0] == '\0')) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "something expected is an empty text");
    }
    if (expected->state_file != NULL && expected->at_s != 0) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "a state file remembers this machine's clock, not another time");
    }
    if (keys->count == 0) {
        ent_fail(error, ENTITLE_KEYS_UNUSABLE, "there is no key for licences");
        ent_hint(error, "add the seller's public key for licences");
        return ENTITLE_KEYS_UNUSABLE;
    }
    return ENTITLE_OK;
}

static bool
passes(
    entitle_licence_verification *verification,
    entitle_licence_step step,
    entitle_status status)
{
    verification->steps[step] =
        status == ENTITLE_OK ? ENTITLE_CHECK_PASS : ENTITLE_CHECK_FAIL;
    return status == ENTITLE_OK;
}

/* The key by its id, and it has to be of the algorithm that the header names. */
static entitle_status
find_key(
    const entitle_licence_keys *keys,
    const ent_licence_header *header,
    const ent_licence_key **out,
    entitle_error *error)
{
    *out = ent_licence_keys_find(keys, header->key_id);
    if (*out == NULL) {
        ent_fail(
            error,
            ENTITLE_UNKNOWN_LICENCE_KEY,
            "the licence says that the key '%s' signed it, which is not held",
            header->key_id);
        ent_hint(
            error,
            "if the seller has such a key, add its %s.pem to the licence keys",
            header->key_id);
        return ENTITLE_UNKNOWN_LICENCE_KEY;
    }
    if ((*out)->signer.algorithm != header->algorithm) {
        ent_fail(
            error,
            ENTITLE_ALGORITHM_NOT_ALLOWED,
            "the licence names the algorithm %s, and its key '%s' is one for %s",
            ent_signer_algorithm_name(header->algorithm),
            header->key_id,
            ent_signer_algorithm_name((*out)->signer.algorithm));
        ent_hint(error, "ask the seller for a licence made by entitle-licence-issue");
        return ENTITLE_ALGORITHM_NOT_ALLOWED;
    }
    return ENTITLE_OK;
}

static entitle_status
open_structure(
    entitle_licence_verification *verification,
    const char *text,
    size_t length,
    entitle_error *error)
{
    entitle_status status = ent_compact_open(
        &verification->runtime, text, length, &verification->compact, error);

    if (status == ENTITLE_MALFORMED_TOKEN) {
        ent_hint(
            error,
            length > ENT_TOKEN_LENGTH_MAX
                ? "give the licence alone: no licence is that long"
                : "deliver the licence again, just as it was issued: one line of three "
                  "parts");
    }
    return status;
}

static entitle_status
judge_behind_header(
    entitle_licence_verification *verification,
    const char *text,
    size_t length,
    const entitle_licence_expectation *expected,
    entitle_error *cause)
{
    entitle_status status = ent_licence_signature_check(
        &verification->key->signer,
        &verification->compact,
        text,
        length,
        &verification->payload,
        cause);

    if (status == ENTITLE_BAD_PAYLOAD) {
        verification->steps[ENTITLE_LICENCE_PAYLOAD] = ENTITLE_CHECK_FAIL;
        return status; /* the signature was not reached */
    }
    if (!passes(verification, ENTITLE_LICENCE_SIGNATURE, status)) {
        return status;
    }
    status =
        ent_licence_claims_read(&verification->payload, &verification->licence, cause);
    if (!passes(verification, ENTITLE_LICENCE_PAYLOAD, status)) {
        return status;
    }
    return ent_licence_judge(
        &verification->runtime,
        &verification->licence,
        expected,
        verification->steps,
        cause);
}

/* The ladder of steps: nobody without the seller's key gets to say anything. */
static entitle_status
judge(
    entitle_licence_verification *verification,
    const entitle_licence_keys *keys,
    const char *text,
    size_t length,
    const entitle_licence_expectation *expected,
    entitle_error *cause)
{
    ent_compact *compact = &verification->compact;
    ent_licence_header *header = &verification->header;
    entitle_status status = open_structure(verification, text, length, cause);

    if (!passes(verification, ENTITLE_LICENCE_STRUCTURE, status)) {
        return status;
    }
    status =
        ent_licence_header_read(compact->header, compact->header_length, header, cause);
    if (!passes(verification, ENTITLE_LICENCE_HEADER, status)) {
        return status;
    }
    status = find_key(keys, header, &verification->key, cause);
    if (!passes(verification, ENTITLE_LICENCE_KEY, status)) {
        return status;
    }
    return judge_behind_header(verification, text, length, expected, cause);
}

/* What nobody asked for stays unchecked, however far the others get. */
static void
note_what_is_asked(
    entitle_licence_verification *verification,
    const entitle_licence_expectation *expected)
{
    entitle_check_result *steps = verification->steps;

    if (expected->product_code == NULL) {
        steps[ENTITLE_LICENCE_PRODUCT_CODE] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (expected->state_file == NULL) {
        steps[ENTITLE_LICENCE_CLOCK] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (expected->account == NULL && !expected->here) {
        steps[ENTITLE_LICENCE_ACCOUNT] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (expected->host == NULL && !expected->here) {
        steps[ENTITLE_LICENCE_HOST] = ENTITLE_CHECK_NOT_CHECKED;
    }
}

static void
conclude(
    entitle_licence_verification *verification,
    entitle_status status,
    const entitle_error *cause)
{
    entitle_error told = *cause;

    if (status == ENTITLE_OK) {
        char end[ENT_TIMESTAMP_SIZE];

        ent_timestamp_iso(verification->licence.expires_at_s, end);
        ent_fail(
            &told,
            ENTITLE_VERIFIED,
            "licence %s of '%s' is authentic, signed by the key '%s', and lasts until "
            "%s",
            verification->licence.id,
            verification->licence.licensee,
            verification->key->id,
            end);
        verification->reason = ENTITLE_VERIFIED;
    } else {
        verification->reason = status;
    }
    memcpy(verification->message, told.message, sizeof(verification->message));
    memcpy(verification->hint, told.hint, sizeof(verification->hint));
}

entitle_status
entitle_licence_verify(
    const entitle_licence_keys *keys,
    const char *licence,
    size_t length,
    const entitle_licence_expectation *expectation,
    entitle_licence_verification **out,
    entitle_error *error)
{
    entitle_licence_expectation expected = { .struct_size = sizeof(expected) };
    entitle_error cause = { .status = ENTITLE_OK };

    if (out == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no place for the result");
    }
    *out = NULL;
    if (keys == NULL || (licence == NULL && length > 0)) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keys or no licence");
    }
    if (expectation != NULL &&
        !ent_options_copy(&expected, sizeof(expected), expectation)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_licence_expectation is of another version");
    }
    entitle_status status = check_expectation(keys, &expected, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_licence_verification *verification =
        ent_licence_verification_new(&keys->runtime);
    if (verification == NULL) {
        return ent_fail_memory(error);
    }
    note_what_is_asked(verification, &expected);
    /* No bytes may come without an address, which memchr() must not be given. */
    status = judge(
        verification, keys, licence != NULL ? licence : "", length, &expected, &cause);
    verification->compact.signing_input = NULL; /* the caller's, from here on */
    if (status == ENTITLE_OUT_OF_MEMORY) {
        entitle_licence_verification_free(verification);
        return ent_fail_memory(error);
    }
    conclude(verification, status, &cause);
    *out = verification;
    return ENTITLE_OK;
}
