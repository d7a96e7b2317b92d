/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/perform.h"

#include "aws/service_regions.h"
#include "base/error.h"

#include <string.h>

/* The list is of RegisterUsage; those of other operations are longer. */
static const char *
doubt_of_region(const entitle_metering *metering, const char *operation)
{
    if (strcmp(operation, "RegisterUsage") != 0 ||
        ent_service_region_is_listed(metering->region.name)) {
        return "";
    }
    return ", and AWS did not list it for this operation when this version was made";
}

static void
add_remedy(
    const entitle_metering *metering, const char *operation, entitle_error *error)
{
    const char *kind =
        entitle_credentials_kind_name(metering->service.credentials_kind);

    switch (error->status) {
    case ENTITLE_INVALID_REGION:
        ent_hint(
            error,
            "call the Region where the container was started, and "
            "where AWS Marketplace offers %s: %s comes from %s%s",
            operation,
            metering->region.name,
            metering->region.origin,
            doubt_of_region(metering, operation));
        return;
    case ENTITLE_ACCESS_DENIED:
        ent_hint(
            error,
            "allow aws-marketplace:%s in an IAM policy of the role behind these "
            "credentials (%s)",
            operation,
            kind);
        return;
    case ENTITLE_PLATFORM_NOT_SUPPORTED:
        ent_hint(
            error,
            "run on Amazon ECS with a task role, or on Amazon EKS with IAM roles for "
            "service accounts; these credentials are of the kind %s, and to try things "
            "out elsewhere there is entitle-sandbox",
            kind);
        return;
    case ENTITLE_EXPIRED_CREDENTIALS:
        ent_hint(
            error,
            "renew the credentials (%s): key id, secret and session token together",
            kind);
        return;
    default:
        return;
    }
}

ent_json_call
ent_metering_call_of(
    const entitle_metering *metering, const ent_metering_request *request)
{
    const ent_operation *operation = request->operation;

    return (ent_json_call){
        .operation = operation->name,
        .body = request->body,
        .body_length = request->body_length,
        .required_member = operation->required_member,
        .confidential = request->confidential,
        .error_rules = operation->error_rules,
        .success_code = request->is_dry_run ? operation->dry_run_code : NULL,
        .success_status = ENTITLE_DRY_RUN_ACCEPTED,
        .deadline = ent_deadline_in(&metering->runtime, metering->deadline_ms),
    };
}

void
ent_metering_explain(
    const entitle_metering *metering,
    const ent_operation *operation,
    entitle_error *error)
{
    /* Only what the service said is explained; what failed here explains itself. */
    if (error != NULL && error->service_code[0] != '\0') {
        add_remedy(metering, operation->name, error);
    }
}

entitle_status
ent_metering_perform(
    entitle_metering *metering,
    const ent_metering_request *request,
    ent_json_answer *answer,
    entitle_error *error)
{
    const ent_json_call call = ent_metering_call_of(metering, request);
    entitle_status status =
        ent_json_call_perform(&metering->service, &call, answer, error);

    if (entitle_status_category(status) != ENTITLE_CATEGORY_DONE) {
        ent_metering_explain(metering, request->operation, error);
    }
    return status;
}

entitle_status
ent_metering_unsent(entitle_error *error, entitle_status status)
{
    if (error != NULL) {
        error->is_certainly_undone = true;
    }
    return status;
}

entitle_status
ent_metering_check_body(
    const ent_operation *operation, const ent_buffer *body, entitle_error *error)
{
    if (!body->failed) {
        return ENTITLE_OK;
    }
    if (!body->is_full) {
        return ent_metering_unsent(error, ent_fail_memory(error));
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the request of %s is longer than %d bytes",
        operation->name,
        ENT_METERING_REQUEST_LIMIT);
    ent_hint(error, "send fewer records at once, or fewer allocations");
    return ent_metering_unsent(error, ENTITLE_INVALID_INPUT);
}
