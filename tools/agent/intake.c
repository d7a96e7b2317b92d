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

static size_t
count_uses(const ent_json *tree)
{
    size_t count = 0;

    if (ent_json_is_object(tree)) {
        return 1;
    }
    for (const ent_json *use = ent_json_first(tree); use != NULL;
         use = ent_json_next(use)) {
        count++;
    }
    return count;
}

static bool
parse(const agent_request *request, use_list *list, agent_answer *answer)
{
    ent_json_fault fault = { .reason = NULL };
    char message[160];

    list->tree = ent_json_parse(request->body, request->body_length, &fault);
    if (list->tree == NULL && fault.out_of_memory) {
        answer_refuse(answer, 503, "out_of_memory", "out of memory", -1);
        return false;
    }
    if (list->tree == NULL) {
        (void)snprintf(
            message, sizeof(message), "the body is no JSON: %s", fault.reason);
        answer_refuse(answer, 400, "invalid_input", message, -1);
        return false;
    }
    if (!ent_json_is_object(list->tree) && !ent_json_is_array(list->tree)) {
        answer_refuse(
            answer,
            400,
            "invalid_input",
            "the body is no use and no array of uses",
            -1);
        return false;
    }
    list->count = count_uses(list->tree);
    if (list->count > REQUEST_USE_LIMIT) {
        answer_refuse(answer, 413, "too_large", "one request takes 10000 uses", -1);
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
    bool is_list = ent_json_is_array(list->tree);
    const ent_json *json = is_list ? ent_json_first(list->tree) : list->tree;

    for (size_t i = 0; i < list->count; i++) {
        if (!read_use(json, &list->read[i], reason)) {
            answer_refuse(answer, 400, "invalid_input", reason, (long long)i);
            return false;
        }
        list->uses[i] = &list->read[i].use;
        json = is_list ? ent_json_next(json) : NULL;
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
take(usage_agent *agent, use_list *list, agent_answer *answer)
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

void
intake_answer(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    use_list list = { .tree = NULL };

    if (request->is_too_large) {
        answer_refuse(answer, 413, "too_large", "a body is 1048576 bytes at most", -1);
        return;
    }
    if (request->is_crowded) {
        answer_refuse(answer, 503, "crowded", "too much comes at once; try again", -1);
        return;
    }
    /* What pages can send without asking is of another type. */
    if (!is_json(request->content_type)) {
        answer_refuse(
            answer, 415, "not_json", "send Content-Type: application/json", -1);
        return;
    }
    if (parse(request, &list, answer)) {
        take(agent, &list, answer);
    }
    clear_list(&agent->runtime, &list);
}
