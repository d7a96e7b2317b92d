/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/raw_call.h"

#include "base/error.h"

#include <stddef.h>

static entitle_status
parse(const char *json, size_t length, ent_json **out, entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };

    if (length > ENT_METERING_REQUEST_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "the request is longer than %d bytes",
            ENT_METERING_REQUEST_LIMIT);
    }
    *out = ent_json_parse_object(json, length, &fault);
    if (*out != NULL) {
        return ENTITLE_OK;
    }
    if (fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the request is not a JSON object: %s at byte %zu",
        fault.reason != NULL ? fault.reason : "refused",
        fault.offset);
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

static const char *
confidential_of(const ent_operation *operation, const ent_json *request)
{
    return operation->confidential_member != NULL
               ? ent_json_string(
                     ent_json_member(request, operation->confidential_member))
               : NULL;
}

entitle_status
ent_raw_call_read(
    const char *operation,
    const char *json,
    size_t json_length,
    ent_raw_call *out,
    entitle_error *error)
{
    const ent_operation *known = NULL;
    entitle_status status = find_operation(operation, &known, error);

    *out = (ent_raw_call){ .parsed = NULL };
    if (status == ENTITLE_OK) {
        status = parse(json, json_length, &out->parsed, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    out->request = (ent_metering_request){
        .operation = known,
        .body = json,
        .body_length = json_length,
        .confidential = confidential_of(known, out->parsed),
        .is_dry_run = ent_json_is_true(ent_json_member(out->parsed, "DryRun")),
    };
    return ENTITLE_OK;
}

void
ent_raw_call_clear(ent_raw_call *call)
{
    ent_json_free(call->parsed);
    *call = (ent_raw_call){ .parsed = NULL };
}
