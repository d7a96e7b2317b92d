/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/region_metadata.h"

#include "aws/instance_metadata.h"
#include "aws/task_metadata.h"
#include "base/error.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

static entitle_status
ask_instance(const ent_credentials_request *request, char *out, entitle_error *error)
{
    ent_instance_metadata metadata;
    entitle_response response;
    entitle_status status = ent_instance_metadata_open(request, &metadata, error);

    ent_response_init(&response, request->runtime);
    if (status == ENTITLE_OK) {
        status = ent_instance_metadata_get(
            &metadata, "/latest/meta-data/placement/region", &response, error);
    }
    if (status == ENTITLE_OK) {
        const char *text = ent_buffer_text(&response.body);
        (void)snprintf(out, ENT_REGION_SIZE, "%.*s", (int)strcspn(text, " \r\n"), text);
    }
    ent_response_clear(&response);
    ent_instance_metadata_close(&metadata);
    return status;
}

/* Whether the next may be asked: this one is not there, or not well. */
static bool
is_silence(entitle_status status)
{
    return status == ENTITLE_NO_REGION || status == ENTITLE_NO_CREDENTIALS ||
           entitle_status_category(status) == ENTITLE_CATEGORY_UNAVAILABLE;
}

static const struct {
    const char *origin;
    entitle_status (*ask)(
        const ent_credentials_request *request, char *out, entitle_error *error);
} platforms[] = {
    { "ECS task metadata", ent_task_metadata_region },
    { "instance metadata", ask_instance },
};

entitle_status
ent_region_from_metadata(
    const ent_credentials_request *request, ent_region *out, entitle_error *error)
{
    ent_credentials_request within = *request;
    ent_deadline soon = ent_deadline_in(request->runtime, ENT_REGION_METADATA_MS);

    if (soon.at_ms < within.deadline.at_ms) {
        within.deadline = soon;
    }
    for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
        entitle_error cause = { .message = "" };
        entitle_status status = platforms[i].ask(&within, out->name, &cause);

        if (status == ENTITLE_OK && out->name[0] != '\0') {
            out->origin = platforms[i].origin;
            return ENTITLE_OK;
        }
        ent_log(
            request->runtime,
            ENTITLE_LOG_DEBUG,
            "no Region from %s: %s",
            platforms[i].origin,
            cause.message);
        if (status != ENTITLE_OK && !is_silence(status)) {
            ent_fail(error, status, "%s", cause.message);
            ent_hint(error, "%s", cause.hint);
            return status;
        }
    }
    return ent_fail(error, ENTITLE_NO_REGION, "no metadata tells the Region");
}
