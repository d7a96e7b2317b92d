/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests to the agent, as its server hands them to the router (request_text.h), in
 * front of a ledger that notes what it is given. Only a POST that comes from a program
 * of this machine adds usage, all of a body or none; the uses are what the body says;
 * and every answer is JSON with the status of what happened.
 */
#include "agent/metrics.h"
#include "agent/router.h"
#include "agent/status.h"
#include "base/json.h"
#include "fuzz.h"
#include "request_text.h"
#include "support/fake_runtime.h"

#include <entitle/usage.h>

#include <cjson/cJSON.h>

#include <string.h>
#include <strings.h>

enum { ROOM_BYTES = 96 * 1024 * 1024, PATIENCE_STEP_MS = 6000 };

static fake_runtime fake;

/* What the ledger was given, and what it said. */
static struct ledger_notes {
    size_t calls;
    size_t uses;
    entitle_status status;
} notes;

/* --- In the place of the agent's own ---------------------------------------------- */

static void
require_use(const entitle_use *use)
{
    FUZZ_REQUIRE(use->struct_size == sizeof(*use));
    FUZZ_REQUIRE(use->dimension != NULL && use->dimension[0] != '\0');
    FUZZ_REQUIRE(use->quantity >= 0 && use->quantity <= ENTITLE_USAGE_QUANTITY_LIMIT);
    FUZZ_REQUIRE(use->at_s >= 0 && use->at_s <= 253402300799);
    for (size_t i = 0; i < use->tag_count; i++) {
        FUZZ_REQUIRE(use->tags[i].key != NULL && use->tags[i].value != NULL);
    }
}

/* A dimension says what the ledger says to it. */
static entitle_status
judge(const entitle_use *use)
{
    if (strcmp(use->dimension, "refused") == 0) {
        return ENTITLE_INVALID_INPUT;
    }
    return strcmp(use->dimension, "disk") == 0 ? ENTITLE_IO_ERROR : ENTITLE_OK;
}

entitle_status
agent_add(
    usage_agent *agent,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error)
{
    (void)agent;
    notes.calls++;
    notes.uses = count;
    for (size_t i = 0; i < count && notes.status == ENTITLE_OK; i++) {
        require_use(uses[i]);
        notes.status = judge(uses[i]);
        *culprit = i;
    }
    *counted = notes.status == ENTITLE_OK ? count : 0;
    if (notes.status != ENTITLE_OK) {
        error->status = notes.status;
        snprintf(error->message, sizeof(error->message), "\"quoted\" \\ as a ledger");
    }
    return notes.status;
}

bool
agent_check_health(usage_agent *agent, entitle_error *error)
{
    (void)agent;
    (void)error;
    return true;
}

int64_t
agent_monotonic_ms(void)
{
    static int64_t now_ms;

    now_ms += PATIENCE_STEP_MS;
    return now_ms;
}

void
status_answer(usage_agent *agent, agent_answer *answer)
{
    (void)agent;
    answer->status = 200;
    ent_buffer_append_text(&answer->body, "{}\n");
}

void
metrics_answer(usage_agent *agent, agent_answer *answer)
{
    status_answer(agent, answer);
}

/* --- Requests --------------------------------------------------------------------- */

static void
take_header(agent_request *request, const char *name, const char *value)
{
    if (strcasecmp(name, "Host") == 0) {
        request->host = value;
        request->host_count++;
    } else if (strcasecmp(name, "Origin") == 0) {
        request->origin = value;
    } else if (strcasecmp(name, "Sec-Fetch-Site") == 0) {
        request->site = value;
    } else if (strcasecmp(name, "Content-Type") == 0) {
        request->content_type = value;
    } else if (strcmp(name, "!file") == 0) {
        request->is_from_file = true;
    } else if (strcmp(name, "!large") == 0) {
        request->is_too_large = true;
    } else if (strcmp(name, "!crowded") == 0) {
        request->is_crowded = true;
    }
}

/* A name that its owner may have bound to this machine's address. */
static bool
is_foreign_name(const char *host)
{
    bool is_localhost = strncasecmp(host, "localhost", 9) == 0 &&
                        strspn(host + 9, ":0123456789") == strlen(host + 9);

    return !is_localhost &&
           strpbrk(host, "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ") != NULL;
}

static void
require_may_add(const agent_request *request)
{
    FUZZ_REQUIRE(strcmp(request->method, "POST") == 0);
    FUZZ_REQUIRE(strcmp(request->path, "/v1/usage") == 0);
    FUZZ_REQUIRE(request->origin == NULL);
    FUZZ_REQUIRE(request->site == NULL || strcmp(request->site, "none") == 0);
    FUZZ_REQUIRE(!request->is_too_large && !request->is_crowded);
    FUZZ_REQUIRE(
        request->host == NULL || request->is_from_file ||
        (request->host_count == 1 && !is_foreign_name(request->host)));
    FUZZ_REQUIRE(
        request->content_type == NULL ||
        strncasecmp(request->content_type, "application/json", 16) == 0);
}

/* As many uses as the body has, in another reading of it. */
static void
require_all_of_the_body(const agent_request *request)
{
    cJSON *body = cJSON_ParseWithLength(request->body, request->body_length);

    FUZZ_REQUIRE(body != NULL);
    FUZZ_REQUIRE(cJSON_IsObject(body) || cJSON_IsArray(body));
    FUZZ_REQUIRE(
        notes.uses == (cJSON_IsArray(body) ? (size_t)cJSON_GetArraySize(body) : 1));
    cJSON_Delete(body);
}

static bool
is_status(unsigned status)
{
    static const unsigned statuses[] = { 200, 202, 400, 403, 404, 405, 413, 415, 503 };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i] == status) {
            return true;
        }
    }
    return false;
}

static void
require_answer(const agent_request *request, const agent_answer *answer)
{
    ent_json *body = ent_json_parse_object(
        ent_buffer_text(&answer->body), answer->body.length, NULL);

    FUZZ_REQUIRE(is_status(answer->status) && body != NULL);
    FUZZ_REQUIRE((answer->status == 405) == (answer->allow != NULL));
    FUZZ_REQUIRE(
        (answer->status >= 400) ==
        (ent_json_string(ent_json_member(body, "message")) != NULL));
    ent_json_free(body);
    FUZZ_REQUIRE(
        (answer->status == 202) == (notes.calls == 1 && notes.status == ENTITLE_OK));
    FUZZ_REQUIRE(notes.calls <= 1);
    if (notes.calls == 1) {
        require_may_add(request);
        require_all_of_the_body(request);
    }
}

static void
check(char *text, size_t length)
{
    usage_agent agent = { .runtime = fake.runtime };
    agent_answer answer = { .status = 500 };
    agent_request request = { .method = "" };
    request_text parts;
    char *name = NULL;
    char *value = NULL;

    request_text_begin(&parts, text, length);
    request.method = parts.method;
    request.path = parts.target;
    request.body = parts.body;
    request.body_length = parts.body_length;
    while (request_text_next(&parts, &name, &value)) {
        take_header(&request, name, value);
    }
    notes = (struct ledger_notes){ .status = ENTITLE_OK };
    room_init(&agent.room, ROOM_BYTES);
    ent_buffer_init(&answer.body, &fake.runtime, 1024 * 1024);
    router_answer(&agent, &request, &answer);
    require_answer(&request, &answer);
    FUZZ_REQUIRE(agent.room.left == ROOM_BYTES);
    FUZZ_REQUIRE((atomic_load(&agent.refusals) == 1) == (answer.status >= 400));
    ent_buffer_clear(&answer.body);
    room_clear(&agent.room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    fake_runtime_init(&fake);
    check(text, length);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    free(text);
    return 0;
}
