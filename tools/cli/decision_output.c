/* SPDX-License-Identifier: Apache-2.0 */
#include "decision_output.h"

#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/time_value.h"
#include "termination_log.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

decision_view
decision_view_of(const entitle_decision *decision)
{
    decision_view view = {
        .decision = decision,
        .reason = entitle_decision_reason(decision),
        .message = entitle_decision_message(decision),
        .hint = entitle_decision_hint(decision),
        .exit_status = EX_OK,
    };

    if (entitle_decision_may_start(decision)) {
        return view;
    }
    view.exit_status = exit_status_of(view.reason);
    /* No status of a refusal may read as success. */
    if (view.exit_status == EX_OK) {
        view.exit_status = EX_SOFTWARE;
    }
    return view;
}

decision_view
decision_view_of_error(const entitle_error *error)
{
    bool is_interruption = error->status == ENTITLE_INTERRUPTED;

    return (decision_view){
        .reason = is_interruption ? ENTITLE_INTERRUPTED : ENTITLE_INTERNAL_ERROR,
        .message = error->message,
        .hint = error->hint,
        .exit_status = is_interruption ? exit_status_of(error->status) : EX_SOFTWARE,
    };
}

decision_view
decision_view_of_failure(const cli_failure *failure)
{
    return (decision_view){
        .reason = ENTITLE_CONFIGURATION,
        .message = failure->message,
        .hint = failure->hint,
        .exit_status = failure->exit_status,
    };
}

static const char *
verdict_name(const entitle_decision *decision)
{
    switch (entitle_decision_verdict(decision)) {
    case ENTITLE_VERDICT_ENTITLED:
        return "entitled";
    case ENTITLE_VERDICT_NOT_ENTITLED:
        return "not_entitled";
    case ENTITLE_VERDICT_UNKNOWN:
        break;
    }
    return "unknown";
}

static bool
is_sealed(const entitle_decision *decision)
{
    return decision != NULL ? entitle_decision_is_sealed(decision)
                            : entitle_is_sealed();
}

static void
add_key(json_output *json, const entitle_decision *decision)
{
    uint32_t version = entitle_decision_key_version(decision);
    int64_t time_s = 0;
    bool is_known = false;

    json_add_text(
        json, json->root, "product_code", entitle_decision_product_code(decision));
    if (version != 0) {
        json_add_number(json, json->root, "public_key_version", version);
    } else {
        json_add_null(json, json->root, "public_key_version");
    }
    is_known = entitle_decision_key_rotated_at(decision, &time_s);
    json_add_time(json, json->root, "key_rotated_at", is_known, time_s);
    is_known = entitle_decision_issued_at(decision, &time_s);
    json_add_time(json, json->root, "issued_at", is_known, time_s);
}

static void
add_cause(json_output *json, const entitle_decision *decision)
{
    entitle_status cause = entitle_decision_cause(decision);

    json_add_text(
        json,
        json->root,
        "cause",
        cause != ENTITLE_OK ? entitle_status_name(cause) : NULL);
}

static void
add_warnings(json_output *json, const entitle_decision *decision)
{
    cJSON *warnings = json_add_array(json, json->root, "warnings");
    size_t count = entitle_decision_warning_count(decision);

    for (size_t i = 0; i < count; i++) {
        json_add_text(json, warnings, NULL, entitle_decision_warning_at(decision, i));
    }
}

char *
decision_json(const decision_view *view)
{
    const entitle_decision *decision = view->decision;
    json_output json = json_output_object();
    cJSON *root = json.root;

    json_add_text(&json, root, "decision", verdict_name(decision));
    json_add_text(&json, root, "reason", entitle_status_name(view->reason));
    json_add_text(&json, root, "message", view->message);
    json_add_text(&json, root, "hint", view->hint);
    add_key(&json, decision);
    json_add_text(&json, root, "region", entitle_decision_region(decision));
    json_add_text(&json, root, "credentials", entitle_decision_credentials(decision));
    json_add_text(&json, root, "source", entitle_decision_source(decision));
    json_add_bool(&json, root, "sealed", is_sealed(decision));
    add_cause(&json, decision);
    json_add_number(&json, root, "attempts", entitle_decision_attempts(decision));
    json_add_number(&json, root, "elapsed_ms", entitle_decision_elapsed_ms(decision));
    json_add_text(&json, root, "request_id", entitle_decision_request_id(decision));
    add_warnings(&json, decision);
    return json_output_text(&json);
}

static void
print_fact(const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        output_result("%-14s%s", name, value);
    }
}

static void
print_time(const char *name, bool is_known, int64_t epoch_s)
{
    char text[TIME_TEXT_SIZE];

    if (is_known) {
        time_value_format(epoch_s, text);
        print_fact(name, text);
    }
}

static void
print_verdict(const decision_view *view)
{
    const char *verdict = verdict_name(view->decision);
    const char *reason = entitle_status_name(view->reason);

    /* A refusal says its sentence on standard error. */
    if (view->exit_status == EX_OK) {
        output_result("%s (%s): %s", verdict, reason, view->message);
    } else if (view->reason == ENTITLE_NOT_ENTITLED) {
        output_result("%s", verdict);
    } else {
        output_result("%s (%s)", verdict, reason);
    }
}

/* Whose word it is, and how long it took; nothing where nobody was asked. */
static void
print_answer(const entitle_decision *decision)
{
    const char *source = entitle_decision_source(decision);
    bool is_asked = entitle_decision_attempts(decision) > 0;

    if (is_asked || strcmp(source, "licence-file") == 0) {
        print_fact("source", source);
    }
    if (!is_asked) {
        return;
    }
    output_result(
        "%-14s%" PRIu32 " in %" PRId64 " ms",
        "attempts",
        entitle_decision_attempts(decision),
        entitle_decision_elapsed_ms(decision));
    print_fact("request id", entitle_decision_request_id(decision));
}

void
decision_print_facts(const decision_view *view)
{
    const entitle_decision *decision = view->decision;
    uint32_t version = entitle_decision_key_version(decision);
    int64_t time_s = 0;
    bool is_known = false;

    print_verdict(view);
    if (decision == NULL) {
        return;
    }
    print_fact("product code", entitle_decision_product_code(decision));
    if (version != 0) {
        output_result("%-14s%" PRIu32, "key version", version);
    }
    is_known = entitle_decision_key_rotated_at(decision, &time_s);
    print_time("key rotated", is_known, time_s);
    is_known = entitle_decision_issued_at(decision, &time_s);
    print_time("issued", is_known, time_s);
    print_fact("region", entitle_decision_region(decision));
    print_fact("credentials", entitle_decision_credentials(decision));
    print_fact("sealed", entitle_decision_is_sealed(decision) ? "yes" : NULL);
    print_answer(decision);
}

void
decision_print_notes(const decision_view *view)
{
    size_t count = entitle_decision_warning_count(view->decision);

    for (size_t i = 0; i < count; i++) {
        output_warning("%s", entitle_decision_warning_at(view->decision, i));
    }
    if (view->exit_status != EX_OK) {
        output_error("%s", view->message);
        output_hint(view->hint);
    }
}

void
decision_log_refusal(const decision_view *view)
{
    if (view->exit_status != EX_OK) {
        termination_log_write(view->message, view->hint);
    }
}
