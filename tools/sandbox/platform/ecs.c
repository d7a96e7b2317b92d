/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/ecs.h"

#include "base/json.h"
#include "base/text.h"
#include "market/place.h"
#include "platform/credential_document.h"
#include "play/handout.h"

#include <string.h>

enum {
    LIFETIME_S = 6 * 3600,
    UUID_LENGTH = 36,
    TASK_ID_LENGTH = 32,
    METADATA_ID_MAXIMUM = 64,
    MEMBERS_LIMIT = 512
};

/* {"code":…,"message":…,"HTTPErrorCode":…} */
static void
write_error(
    sandbox_answer *answer, const char *name, unsigned http_status, const char *message)
{
    ent_buffer *out = &answer->body;
    answer->http_status = http_status;
    ent_buffer_clear(out);
    ent_buffer_append_text(out, "{\"code\":");
    ent_json_append_string(out, name);
    ent_buffer_append_text(out, ",\"message\":");
    ent_json_append_string(out, message);
    ent_buffer_append_format(out, ",\"HTTPErrorCode\":%u}", http_status);
}

static bool
is_uuid(const char *text)
{
    return strspn(text, "0123456789abcdef-") == UUID_LENGTH &&
           text[UUID_LENGTH] == '\0';
}

static void
answer_credentials(sandbox_call *call)
{
    const char *id = call->request->path + sizeof(ECS_CREDENTIALS_PATH) - 1;
    id += *id == '/' ? 1 : 0;
    if (!is_uuid(id)) {
        call_refuse_with(
            call,
            *id == '\0' ? "NoIdInRequest" : "InvalidIdInRequest",
            400,
            &rule_task_role,
            "The path has to end with the id of a task's credentials.");
        return;
    }
    sandbox_session session;
    if (!handout_to_container(call, IDENTITY_ECS_TASK, id, LIFETIME_S, &session)) {
        return;
    }
    ent_buffer members;
    ent_buffer_init(&members, &call->sandbox->runtime, MEMBERS_LIMIT);
    ent_buffer_append_text(&members, "\"RoleArn\":\"");
    place_append_role_arn(
        &members, call->sandbox->region, call->sandbox->account, PLACE_TASK_ROLE);
    ent_buffer_append_text(&members, "\",");
    credential_document_answer(call, ent_buffer_text(&members), &session);
    ent_buffer_clear(&members);
}

/* The digits of a metadata id that name the task: those before Fargate's suffix. */
static bool
read_task_id(const char *id, size_t length, char out[TASK_ID_LENGTH + 1])
{
    size_t used = 0;
    for (size_t i = 0; i < length && used < TASK_ID_LENGTH; i++) {
        if (id[i] == '-') {
            continue;
        }
        if (strchr("0123456789abcdef", id[i]) == NULL) {
            return false;
        }
        out[used++] = id[i];
    }
    out[used] = '\0';
    return used == TASK_ID_LENGTH && length <= METADATA_ID_MAXIMUM;
}

static void
write_container(const sandbox_call *call, const char *task_arn, ent_buffer *out)
{
    ent_buffer_append_format(
        out,
        "{\"DockerId\":\"sandbox\",\"Name\":\"product\",\"DockerName\":\"product\","
        "\"Image\":\"product:latest\",\"Labels\":{\"com.amazonaws.ecs.cluster\":"
        "\"sandbox\",\"com.amazonaws.ecs.task-arn\":\"%s\"},\"DesiredStatus\":"
        "\"RUNNING\",\"KnownStatus\":\"RUNNING\",\"Type\":\"NORMAL\","
        "\"ContainerARN\":\"arn:%s:ecs:%s:%s:container/sandbox\"}",
        task_arn,
        place_partition(call->sandbox->region),
        call->sandbox->region,
        call->sandbox->account);
}

static void
write_task(
    const sandbox_call *call, const char *task_arn, bool is_fargate, ent_buffer *out)
{
    ent_buffer_append_format(
        out,
        "{\"Cluster\":\"sandbox\",\"TaskARN\":\"%s\",\"Family\":\"product\","
        "\"Revision\":\"1\",\"DesiredStatus\":\"RUNNING\",\"KnownStatus\":\"RUNNING\","
        "\"AvailabilityZone\":\"%sa\",\"LaunchType\":\"%s\",\"Containers\":[",
        task_arn,
        call->sandbox->region,
        is_fargate ? "FARGATE" : "EC2");
    write_container(call, task_arn, out);
    ent_buffer_append_text(out, "]}");
}

static void
answer_metadata(sandbox_call *call)
{
    const char *id = call->request->path + sizeof(ECS_METADATA_PATH) - 1;
    size_t length = strcspn(id, "/");
    const char *rest = id + length;
    char task_id[TASK_ID_LENGTH + 1];
    bool is_task = strcmp(rest, "/task") == 0;
    if (!read_task_id(id, length, task_id) || (!is_task && rest[0] != '\0')) {
        call_refuse_with(
            call,
            "NotFound",
            404,
            &rule_task_metadata,
            "The sandbox has /v4/ID and /v4/ID/task only.");
        return;
    }
    const sandbox_core *sandbox = call->sandbox;
    ent_buffer task_arn;
    ent_buffer_init(&task_arn, &sandbox->runtime, MEMBERS_LIMIT);
    ent_buffer_append_format(
        &task_arn,
        "arn:%s:ecs:%s:%s:task/sandbox/%s",
        place_partition(sandbox->region),
        sandbox->region,
        sandbox->account,
        task_id);
    ent_buffer *out = &call->answer->body;
    if (is_task) {
        write_task(call, ent_buffer_text(&task_arn), length != UUID_LENGTH, out);
    } else {
        write_container(call, ent_buffer_text(&task_arn), out);
    }
    document_twist_apply(call->fault.document, out);
    call->entry.rule = &rule_task_metadata;
    ent_buffer_clear(&task_arn);
}

const play_part ecs_credentials = {
    .content_type = "application/json",
    .write_error = write_error,
    .method = "GET",
    .method_rule = &rule_get_only,
    .perform = answer_credentials,
};

const play_part ecs_metadata = {
    .content_type = "application/json",
    .write_error = write_error,
    .method = "GET",
    .method_rule = &rule_get_only,
    .perform = answer_metadata,
};
