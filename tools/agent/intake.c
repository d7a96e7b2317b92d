/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/intake.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "usage/import_json.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The uses of a body. Their texts are the tree's. */
typedef struct use_list {
    ent_json *tree;
    import_use *read;
    const entitle_use **uses;
    size_t count;
    bool is_array;
} use_list;

static bool
is_json(const char *type)
{
    static const char json[] = "application/json";

    if (type == NULL) {
        return true;
    }
    size_t length = strcspn(type, "; \t");
    return length == sizeof(json) - 1 && strncasecmp(type, json, length) == 0;
}

static void
clear_list(const entitle_runtime *runtime, use_list *list)
{
    ent_release(runtime, list->read);
    ent_release(runtime, (void *)list->uses);
    ent_json_free(list->tree);
}

static bool
refuse_json(const ent_json_fault *fault, agent_answer *answer)
{
    char message[160];

    if (fault->out_of_memory) {
        answer_refuse(answer, 503, "out_of_memory", "out of memory", -1);
        return false;
    }
    (void)snprintf(message, sizeof(message), "the body is no JSON: %s", fault->reason);
    answer_refuse(answer, 400, "invalid_input", message, -1);
    return false;
}

/* Before anything is made of it: a body of 1 MiB may hold half a million values. */
static bool
measure(
    const agent_request *request,
    use_list *list,
    ent_json_size *size,
    agent_answer *answer)
{
    ent_json_fault fault = { .reason = NULL };

    if (!ent_json_measure(request->body, request->body_length, size, &fault)) {
        return refuse_json(&fault, answer);
    }
    list->is_array = request->body[strspn(request->body, " \t\r\n")] == '[';
    list->count = list->is_array ? size->elements : 1;
    if (list->count > REQUEST_USE_LIMIT) {
        answer_refuse(answer, 413, "too_large", "one request takes 10000 uses", -1);
        return false;
    }
    if (size->values > 1 + list->count * REQUEST_VALUES_PER_USE) {
        answer_refuse(
            answer, 400, "invalid_input", "the uses have too many members", -1);
        return false;
    }
    return true;
}

/* Rather more than cJSON, the lists here and the meter need until it is answered. */
static size_t
estimate(size_t body_length, size_t uses, const ent_json_size *size)
{
    enum { VALUE_BYTES = 144, USE_BYTES = 1024 };

    return 2 * body_length + uses * USE_BYTES + size->values * VALUE_BYTES;
}

static bool
parse(const agent_request *request, use_list *list, agent_answer *answer)
{
    ent_json_fault fault = { .reason = NULL };

    list->tree = ent_json_parse(request->body, request->body_length, &fault);
    if (list->tree == NULL) {
        return refuse_json(&fault, answer);
    }
    if (!list->is_array && !ent_json_is_object(list->tree)) {
        answer_refuse(
            answer,
            400,
            "invalid_input",
            "the body is no use and no array of uses",
            -1);
        return false;
    }
    return true;
}

static bool
read_use(const ent_json *json, import_use *out, char reason[IMPORT_REASON_SIZE])
{
    import_use_init(out);
    if (!ent_json_is_object(json)) {
        (void)snprintf(reason, IMPORT_REASON_SIZE, "it is no JSON object");
        return false;
    }
    return import_json_take(json, out, reason);
}

static bool
read_uses(use_list *list, agent_answer *answer)
{
    char reason[IMPORT_REASON_SIZE] = "";
    const ent_json *json = list->is_array ? ent_json_first(list->tree) : list->tree;

    for (size_t i = 0; i < list->count; i++) {
        if (!read_use(json, &list->read[i], reason)) {
            answer_refuse(answer, 400, "invalid_input", reason, (long long)i);
            return false;
        }
        list->uses[i] = &list->read[i].use;
        json = list->is_array ? ent_json_next(json) : NULL;
    }
    return true;
}

static bool
is_clients_fault(entitle_status status)
{
    return status == ENTITLE_INVALID_INPUT || status == ENTITLE_INVALID_PRODUCT_CODE ||
           status == ENTITLE_INVALID_ARGUMENT;
}

static void
add(usage_agent *agent, const use_list *list, agent_answer *answer)
{
    size_t counted = 0;
    size_t culprit = 0;
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status =
        agent_add(agent, list->uses, list->count, &counted, &culprit, &error);

    if (status != ENTITLE_OK) {
        bool is_theirs = is_clients_fault(status);
        answer_refuse(
            answer,
            is_theirs ? 400 : 503,
            entitle_status_name(status),
            error.message,
            is_theirs ? (long long)culprit : -1);
        return;
    }
    answer->status = 202;
    (void)ent_buffer_append_format(
        &answer->body, "{\"accepted\":%zu,\"counted\":%zu}\n", list->count, counted);
}

static void
read_and_add(usage_agent *agent, use_list *list, agent_answer *answer)
{
    size_t room = list->count > 0 ? list->count : 1;

    list->read = ent_allocate(&agent->runtime, room * sizeof(*list->read));
    list->uses = ent_allocate(&agent->runtime, room * sizeof(*list->uses));
    if (list->read == NULL || list->uses == NULL) {
        answer_refuse(answer, 503, "out_of_memory", "out of memory", -1);
        return;
    }
    if (read_uses(list, answer)) {
        add(agent, list, answer);
    }
}

static void
refuse_crowded(agent_answer *answer)
{
    answer_refuse(answer, 503, "crowded", "too much comes at once; try again", -1);
}

static void
take(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    use_list list = { .tree = NULL };
    ent_json_size size;

    if (!measure(request, &list, &size, answer)) {
        return;
    }
    size_t bytes = estimate(request->body_length, list.count, &size);
    if (!room_take(&agent->room, bytes)) {
        refuse_crowded(answer);
        return;
    }
    if (parse(request, &list, answer)) {
        read_and_add(agent, &list, answer);
    }
    clear_list(&agent->runtime, &list);
    room_give_back(&agent->room, bytes);
}

void
intake_answer(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    if (request->is_too_large) {
        answer_refuse(answer, 413, "too_large", "a body is 1048576 bytes at most", -1);
        return;
    }
    if (request->is_crowded) {
        refuse_crowded(answer);
        return;
    }
    /* What pages can send without asking is of another type. */
    if (!is_json(request->content_type)) {
        answer_refuse(
            answer, 415, "not_json", "send Content-Type: application/json", -1);
        return;
    }
    take(agent, request, answer);
}
