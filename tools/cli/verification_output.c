/* SPDX-License-Identifier: Apache-2.0 */
#include "verification_output.h"

#include "console/check_result.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"

#include <inttypes.h>
#include <stddef.h>

static const char *const check_names[ENTITLE_CHECK_COUNT] = {
    [ENTITLE_CHECK_STRUCTURE] = "structure",       [ENTITLE_CHECK_HEADER] = "header",
    [ENTITLE_CHECK_SIGNATURE] = "signature",       [ENTITLE_CHECK_PAYLOAD] = "payload",
    [ENTITLE_CHECK_PRODUCT_CODE] = "product_code", [ENTITLE_CHECK_NONCE] = "nonce",
    [ENTITLE_CHECK_KEY_VERSION] = "key_version",   [ENTITLE_CHECK_TIME] = "time",
};

/* How a token was judged, or, without a verification, why it was not. */
typedef struct judged_token {
    const entitle_verification *verification;
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    entitle_status reason;
    const char *message;
    int exit_status;
} judged_token;

static void
add_checks(json_output *json, const judged_token *token)
{
    cJSON *checks = json_add_object(json, json->root, "checks");

    for (size_t i = 0; i < ENTITLE_CHECK_COUNT; i++) {
        json_add_text(
            json, checks, check_names[i], check_result_name(token->checks[i]));
    }
}

static void
add_header(json_output *json, const judged_token *token)
{
    const entitle_verification *verification = token->verification;
    cJSON *header = NULL;

    if (token->checks[ENTITLE_CHECK_HEADER] == ENTITLE_CHECK_NOT_REACHED) {
        json_add_null(json, json->root, "header");
        return;
    }
    header = json_add_object(json, json->root, "header");
    json_add_text(
        json, header, "alg", entitle_verification_algorithm_unverified(verification));
    json_add_text(
        json, header, "typ", entitle_verification_type_unverified(verification));
}

static void
add_claims(json_output *json, const entitle_verification *verification)
{
    const entitle_claims *claims =
        verification != NULL ? entitle_verification_claims(verification) : NULL;

    json_add_raw(
        json,
        json->root,
        "claims",
        claims != NULL ? entitle_claims_json(claims) : NULL);
}

static void
add_key(json_output *json, const entitle_verification *verification)
{
    const entitle_key *key =
        verification != NULL ? entitle_verification_key(verification) : NULL;
    cJSON *object = NULL;

    if (key == NULL) {
        json_add_null(json, json->root, "key");
        return;
    }
    object = json_add_object(json, json->root, "key");
    json_add_number(json, object, "version", entitle_key_version(key));
    json_add_number(json, object, "bits", entitle_key_bits(key));
    json_add_text(json, object, "sha256", entitle_key_sha256(key));
}

static int
print_json(const judged_token *token)
{
    const entitle_verification *verification = token->verification;
    json_output json = json_output_object();

    json_add_bool(
        &json, json.root, "valid", entitle_verification_is_valid(verification));
    json_add_text(&json, json.root, "reason", entitle_status_name(token->reason));
    json_add_text(&json, json.root, "message", token->message);
    add_checks(&json, token);
    add_header(&json, token);
    add_claims(&json, verification);
    add_key(&json, verification);
    return json_output_print(&json, token->exit_status);
}

static void
print_key(const entitle_key *key)
{
    if (key != NULL) {
        output_result(
            "%-14sversion %" PRIu32 ", RSA-%" PRIu32 ", sha256:%s",
            "key",
            entitle_key_version(key),
            entitle_key_bits(key),
            entitle_key_sha256(key));
    }
}

static void
print_lines(const entitle_verification *verification)
{
    const entitle_claims *claims = entitle_verification_claims(verification);

    if (entitle_verification_is_valid(verification)) {
        output_result("valid: %s", entitle_verification_message(verification));
    } else {
        output_result(
            "refused (%s)",
            entitle_status_name(entitle_verification_reason(verification)));
    }
    for (entitle_check check = 0; check < ENTITLE_CHECK_COUNT; check++) {
        output_result(
            "%-14s%s",
            check_names[check],
            check_result_name(entitle_verification_check(verification, check)));
    }
    print_key(entitle_verification_key(verification));
    if (claims != NULL) {
        /* As JSON, which may be longer than a line of text. */
        output_text("%-14s", "claims");
        output_json(entitle_claims_json(claims));
    }
}

static void
print_notes(const entitle_verification *verification)
{
    size_t count = entitle_verification_warning_count(verification);

    for (size_t i = 0; i < count; i++) {
        output_warning("%s", entitle_verification_warning_at(verification, i));
    }
    if (!entitle_verification_is_valid(verification)) {
        output_error("%s", entitle_verification_message(verification));
    }
}

int
verification_print(const entitle_verification *verification)
{
    judged_token token = {
        .verification = verification,
        .reason = entitle_verification_reason(verification),
        .message = entitle_verification_message(verification),
        .exit_status =
            entitle_verification_is_valid(verification) ? EX_OK : EX_PROTOCOL,
    };
    int exit_status = token.exit_status;

    for (entitle_check check = 0; check < ENTITLE_CHECK_COUNT; check++) {
        token.checks[check] = entitle_verification_check(verification, check);
    }
    if (output_get_mode()->json) {
        exit_status = print_json(&token);
    } else {
        print_lines(verification);
    }
    print_notes(verification);
    return exit_status;
}

int
verification_print_failure(
    entitle_status reason,
    const entitle_expectation *expectation,
    const cli_failure *failure)
{
    judged_token token = {
        .reason = reason,
        .message = failure->message,
        .exit_status = failure->exit_status,
    };

    for (entitle_check check = 0; check < ENTITLE_CHECK_COUNT; check++) {
        token.checks[check] = ENTITLE_CHECK_NOT_REACHED;
    }
    if (expectation->product_code == NULL) {
        token.checks[ENTITLE_CHECK_PRODUCT_CODE] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (expectation->nonce == NULL) {
        token.checks[ENTITLE_CHECK_NONCE] = ENTITLE_CHECK_NOT_CHECKED;
    }
    if (output_get_mode()->json) {
        (void)print_json(&token);
    }
    return fail_report(failure);
}
