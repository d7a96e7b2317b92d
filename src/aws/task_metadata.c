/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/task_metadata.h"

#include "aws/metadata_request.h"
#include "base/error.h"
#include "base/json.h"
#include "base/runtime.h"
#include "base/text.h"
#include "http/url.h"

#include <stdio.h>
#include <string.h>

enum { TIMEOUT_MS = 2000, ANSWER_LIMIT = 256 * 1024, REGION_FIELD = 3 };

static const char variable[] = "ECS_CONTAINER_METADATA_URI_V4";

/* arn:aws:ecs:us-east-1:123456789012:task/... */
static bool
read_region_of_arn(const char *arn, char *out)
{
    size_t length;

    for (int field = 0; arn != NULL && field < REGION_FIELD; field++) {
        arn = strchr(arn, ':');
        arn = arn != NULL ? arn + 1 : NULL;
    }
    if (arn == NULL) {
        return false;
    }
    length = strcspn(arn, ":");
    if (length == 0 || length >= ENT_REGION_SIZE || arn[length] != ':' ||
        strspn(arn, "abcdefghijklmnopqrstuvwxyz0123456789-") != length) {
        return false;
    }
    memcpy(out, arn, length);
    out[length] = '\0';
    return true;
}

/* "us-west-2a", and "us-west-2-lax-1a" of a Local Zone: up to the first number. */
static bool
read_region_of_zone(const char *zone, char *out)
{
    size_t words = zone != NULL ? strspn(zone, "abcdefghijklmnopqrstuvwxyz-") : 0;
    size_t digits = words > 0 ? strspn(zone + words, "0123456789") : 0;

    if (digits == 0 || words + digits >= ENT_REGION_SIZE) {
        return false;
    }
    memcpy(out, zone, words + digits);
    out[words + digits] = '\0';
    return true;
}

/* What a reader takes from the document of the task. */
typedef bool task_reader(const ent_json *task, char *out, size_t out_size);

static bool
read_region(const ent_json *task, char *out, size_t out_size)
{
    (void)out_size;
    return read_region_of_arn(ent_json_string(ent_json_member(task, "TaskARN")), out) ||
           read_region_of_zone(
               ent_json_string(ent_json_member(task, "AvailabilityZone")), out);
}

static bool
read_arn(const ent_json *task, char *out, size_t out_size)
{
    const char *arn = ent_json_string(ent_json_member(task, "TaskARN"));

    if (arn == NULL || strlen(arn) >= out_size || !ent_text_starts_with(arn, "arn:") ||
        !ent_text_is_visible_ascii(arn)) {
        return false;
    }
    memcpy(out, arn, strlen(arn) + 1);
    return true;
}

static entitle_status
read_answer(
    const entitle_response *response,
    task_reader *reader,
    char *out,
    size_t out_size,
    entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };
    ent_json *task = NULL;
    bool is_read = false;

    if (response->http_status != 200) {
        return ent_fail(
            error,
            ENTITLE_SERVICE_ERROR,
            "the ECS task metadata endpoint answered HTTP status %d",
            (int)response->http_status);
    }
    task = ent_json_parse_object(
        ent_buffer_text(&response->body), response->body.length, &fault);
    is_read = reader(task, out, out_size);
    ent_json_free(task);
    if (fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    if (!is_read) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the ECS task metadata endpoint names no TaskARN with a Region");
    }
    return ENTITLE_OK;
}

static entitle_status
ask(const ent_credentials_request *request,
    task_reader *reader,
    char *out,
    size_t out_size,
    entitle_error *error)
{
    const char *base = ent_environment(request->runtime, variable);
    char url[ENT_URL_LIMIT];
    const ent_metadata_request get = {
        .within = request,
        .method = "GET",
        .url = url,
        .timeout_ms = TIMEOUT_MS,
        .answer_limit = ANSWER_LIMIT,
    };
    entitle_response response;
    entitle_status status;

    if (base == NULL) {
        return ent_fail(error, ENTITLE_NO_REGION, "%s is not set", variable);
    }
    if (snprintf(url, sizeof(url), "%s/task", base) >= (int)sizeof(url)) {
        return ent_fail(error, ENTITLE_CONFIGURATION, "%s is too long", variable);
    }
    ent_response_init(&response, request->runtime);
    status = ent_metadata_request_send(&get, &response, error);
    if (status == ENTITLE_OK) {
        status = read_answer(&response, reader, out, out_size, error);
    }
    ent_response_clear(&response);
    return status;
}

entitle_status
ent_task_metadata_region(
    const ent_credentials_request *request, char *out, entitle_error *error)
{
    return ask(request, read_region, out, ENT_REGION_SIZE, error);
}

entitle_status
ent_task_metadata_arn(
    const ent_credentials_request *request,
    char *out,
    size_t out_size,
    entitle_error *error)
{
    return ask(request, read_arn, out, out_size, error);
}
