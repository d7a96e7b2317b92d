/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/router.h"

#include "agent/guard.h"
#include "agent/intake.h"
#include "agent/metrics.h"
#include "agent/status.h"
#include "base/json.h"

#include <string.h>

void
answer_refuse(
    agent_answer *answer,
    unsigned status,
    const char *error,
    const char *message,
    long long index)
{
    ent_buffer_clear(&answer->body);
    answer->status = status;
    answer->content_type = "application/json";
    (void)ent_buffer_append_format(
        &answer->body, "{\"error\":\"%s\",\"message\":", error);
    (void)ent_json_append_string(&answer->body, message);
    if (index >= 0) {
        (void)ent_buffer_append_format(&answer->body, ",\"index\":%lld", index);
    }
    (void)ent_buffer_append_text(&answer->body, "}\n");
}

static void
answer_health(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    entitle_error error = { .status = ENTITLE_OK };

    (void)request;
    if (!agent_check_health(agent, &error)) {
        answer_refuse(
            answer, 503, entitle_status_name(error.status), error.message, -1);
        return;
    }
    answer->status = 200;
    (void)ent_buffer_append_text(&answer->body, "{\"status\":\"ok\"}\n");
}

static void
answer_status(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    (void)request;
    status_answer(agent, answer);
}

static void
answer_metrics(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    (void)request;
    metrics_answer(agent, answer);
}

typedef struct agent_route {
    const char *path;
    const char *methods;
    void (*answer)(usage_agent *, const agent_request *, agent_answer *);
} agent_route;

static const agent_route routes[] = {
    { "/v1/usage", "POST", intake_answer },
    { "/v1/status", "GET, HEAD", answer_status },
    { "/healthz", "GET, HEAD", answer_health },
    { "/metrics", "GET, HEAD", answer_metrics },
};

static const agent_route *
find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

static bool
takes_method(const agent_route *route, const char *method)
{
    if (strcmp(route->methods, "POST") == 0) {
        return strcmp(method, "POST") == 0;
    }
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static void
answer_route(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    const agent_route *route = find_route(request->path);

    if (route == NULL) {
        answer_refuse(answer, 404, "not_found", "there is nothing of that name", -1);
        return;
    }
    if (!takes_method(route, request->method)) {
        answer_refuse(answer, 405, "not_allowed", "not with that method", -1);
        answer->allow = route->methods;
        return;
    }
    route->answer(agent, request, answer);
}

void
router_answer(usage_agent *agent, const agent_request *request, agent_answer *answer)
{
    answer->content_type = "application/json";
    if (guard_check(request, answer)) {
        answer_route(agent, request, answer);
    }
    if (answer->status >= 400) {
        atomic_fetch_add(&agent->refusals, 1);
    }
}
