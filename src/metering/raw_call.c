/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/raw_call.h"

#include "base/error.h"

#include <stddef.h>

static entitle_status
check_length(size_t length, entitle_error *error)
{
    if (length <= ENT_METERING_REQUEST_LIMIT) {
        return ENTITLE_OK;
    }
    return ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the request is longer than %d bytes",
        ENT_METERING_REQUEST_LIMIT);
}

static entitle_status
refuse(const ent_json_fault *fault, entitle_error *error)
{
    if (fault->out_of_memory) {
        return ent_fail_memory(error);
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the request is not a JSON object: %s at byte %zu",
        fault->reason != NULL ? fault->reason : "refused",
        fault->offset);
    ent_hint(error, "give one JSON object, such as {\"ProductCode\":\"...\"}");
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
find_operation(const char *name, const ent_operation **out, entitle_error *error)
{
    *out = ent_operation_find(name);
    if (*out != NULL) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "'%.40s' is not an operation of the service",
        name);
    ent_hint(
        error, "use RegisterUsage, MeterUsage, BatchMeterUsage or ResolveCustomer");
    return ENTITLE_INVALID_INPUT;
}

/* Any JSON object goes in which no member stands twice. */
static entitle_status
read_object(const char *json, size_t length, ent_raw_call *out, entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };

    out->parsed = ent_json_parse_object(json, length, &fault);
    return out->parsed != NULL ? ENTITLE_OK : refuse(&fault, error);
}

static void
read_parts(const ent_json *json, ent_metering_request *request)
{
    const char *confidential = request->operation->confidential_member;

    if (confidential != NULL) {
        request->confidential = ent_json_string(ent_json_member(json, confidential));
    }
    request->is_dry_run = ent_json_is_true(ent_json_member(json, "DryRun"));
}

entitle_status
ent_raw_call_read(
    const char *operation,
    const char *json,
    size_t json_length,
    ent_raw_call *out,
    entitle_error *error)
{
    *out = (ent_raw_call){ .parsed = NULL };
    entitle_status status = find_operation(operation, &out->request.operation, error);
    if (status == ENTITLE_OK) {
        status = check_length(json_length, error);
    }
    if (status == ENTITLE_OK) {
        status = read_object(json, json_length, out, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    out->request.body = json;
    out->request.body_length = json_length;
    read_parts(out->parsed, &out->request);
    return ENTITLE_OK;
}

void
ent_raw_call_clear(ent_raw_call *call)
{
    ent_json_free(call->parsed);
    *call = (ent_raw_call){ .parsed = NULL };
}
