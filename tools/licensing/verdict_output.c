/* SPDX-License-Identifier: Apache-2.0 */
#include "licensing/verdict_output.h"

#include "console/check_result.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/time_value.h"

#include <inttypes.h>
#include <stddef.h>

static const char *const step_names[ENTITLE_LICENCE_STEP_COUNT] = {
    [ENTITLE_LICENCE_STRUCTURE] = "structure",
    [ENTITLE_LICENCE_HEADER] = "header",
    [ENTITLE_LICENCE_KEY] = "key",
    [ENTITLE_LICENCE_SIGNATURE] = "signature",
    [ENTITLE_LICENCE_PAYLOAD] = "payload",
    [ENTITLE_LICENCE_PRODUCT_CODE] = "product_code",
    [ENTITLE_LICENCE_CLOCK] = "clock",
    [ENTITLE_LICENCE_TIME] = "time",
    [ENTITLE_LICENCE_ACCOUNT] = "account",
    [ENTITLE_LICENCE_HOST] = "host",
};

static void
add_key(json_output *json, const entitle_licence_verification *verification)
{
    const char *id = entitle_licence_verification_key_id(verification);

    if (id == NULL) {
        json_add_null(json, json->root, "key");
        return;
    }
    cJSON *key = json_add_object(json, json->root, "key");
    json_add_text(json, key, "id", id);
    json_add_text(
        json,
        key,
        "algorithm",
        entitle_licence_verification_key_algorithm(verification));
    json_add_text(
        json, key, "sha256", entitle_licence_verification_key_sha256(verification));
}

static int
print_json(
    const entitle_licence_verification *verification,
    entitle_status reason,
    const char *message,
    const char *hint,
    int exit_status)
{
    const entitle_licence *licence = entitle_licence_verification_licence(verification);
    json_output json = json_output_object();

    json_add_bool(
        &json, json.root, "valid", entitle_licence_verification_is_valid(verification));
    json_add_text(&json, json.root, "reason", entitle_status_name(reason));
    json_add_text(&json, json.root, "message", message);
    json_add_text(&json, json.root, "hint", hint);
    cJSON *checks = json_add_object(&json, json.root, "checks");
    for (entitle_licence_step step = 0; step < ENTITLE_LICENCE_STEP_COUNT; step++) {
        json_add_text(
            &json,
            checks,
            step_names[step],
            check_result_name(entitle_licence_verification_step(verification, step)));
    }
    json_add_raw(
        &json,
        json.root,
        "claims",
        licence != NULL ? entitle_licence_json(licence) : NULL);
    add_key(&json, verification);
    return json_output_print(&json, exit_status);
}

static void
print_fact(const char *name, const char *value)
{
    if (value != NULL) {
        output_result("%-14s%s", name, value);
    }
}

static void
print_time(const char *name, int64_t at_s)
{
    char text[TIME_TEXT_SIZE];

    time_value_format(at_s, text);
    print_fact(name, text);
}

static void
print_licence(const entitle_licence *licence)
{
    uint32_t seats = 0;

    print_fact("licence", entitle_licence_id(licence));
    print_fact("product", entitle_licence_product_code(licence));
    print_fact("licensee", entitle_licence_licensee(licence));
    if (entitle_licence_seats(licence, &seats)) {
        output_result("%-14s%" PRIu32, "seats", seats);
    }
    for (size_t i = 0; i < entitle_licence_feature_count(licence); i++) {
        print_fact("feature", entitle_licence_feature_at(licence, i));
    }
    print_time("issued", entitle_licence_issued_at_s(licence));
    print_time("not before", entitle_licence_not_before_s(licence));
    print_time("expires", entitle_licence_expires_at_s(licence));
    print_fact("for account", entitle_licence_account(licence));
    print_fact("for host", entitle_licence_host(licence));
}

static void
print_lines(const entitle_licence_verification *verification)
{
    const entitle_licence *licence = entitle_licence_verification_licence(verification);
    const char *key_id = entitle_licence_verification_key_id(verification);

    if (entitle_licence_verification_is_valid(verification)) {
        output_result("valid: %s", entitle_licence_verification_message(verification));
    } else {
        output_result(
            "refused (%s)",
            entitle_status_name(entitle_licence_verification_reason(verification)));
    }
    for (entitle_licence_step step = 0; step < ENTITLE_LICENCE_STEP_COUNT; step++) {
        output_result(
            "%-14s%s",
            step_names[step],
            check_result_name(entitle_licence_verification_step(verification, step)));
    }
    if (key_id != NULL) {
        output_result(
            "%-14s%s, %s, sha256:%s",
            "key held",
            key_id,
            entitle_licence_verification_key_algorithm(verification),
            entitle_licence_verification_key_sha256(verification));
    }
    if (licence != NULL) {
        print_licence(licence);
    }
}

int
verdict_print(const entitle_licence_verification *verification)
{
    bool is_valid = entitle_licence_verification_is_valid(verification);
    entitle_status reason = entitle_licence_verification_reason(verification);
    const char *message = entitle_licence_verification_message(verification);
    const char *hint = entitle_licence_verification_hint(verification);
    int exit_status = is_valid ? EX_OK : exit_status_of(reason);

    /* No status of a refusal may read as success. */
    if (!is_valid && exit_status == EX_OK) {
        exit_status = EX_SOFTWARE;
    }
    if (output_get_mode()->json) {
        exit_status = print_json(verification, reason, message, hint, exit_status);
    } else {
        print_lines(verification);
    }
    if (!is_valid) {
        output_error("%s", message);
        output_hint(hint);
    }
    return exit_status;
}

int
verdict_print_failure(entitle_status reason, const cli_failure *failure)
{
    if (output_get_mode()->json) {
        (void)print_json(
            NULL, reason, failure->message, failure->hint, failure->exit_status);
    }
    return fail_report(failure);
}
