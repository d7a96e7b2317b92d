/* SPDX-License-Identifier: Apache-2.0 */
#include "control/control.h"

#include "base/runtime.h"
#include "base/text.h"
#include "control/origin.h"
#include "control/page.h"
#include "control/query.h"

#include <string.h>

static const char prefix[] = "/_sandbox/";
static const char prefix_cut[] = "/_sandbox";

typedef struct control_route {
    const char *method;
    const char *path; /* after the prefix */
    control_handler *handle;
} control_route;

static const control_route routes[] = {
    { "GET", "state", control_state },
    { "GET", "calls", control_calls },
    { "GET", "records", control_records },
    { "PUT", "subscription", control_subscription },
    { "POST", "clock", control_clock },
    { "POST", "keys/rotate", control_rotate_keys },
    { "PUT", "faults", control_set_faults },
    { "POST", "identity", control_identity },
    { "POST", "reset", control_reset },
};

bool
control_is_for(const sandbox_request *request)
{
    return ent_text_starts_with(request->path, prefix) ||
           strcmp(request->path, prefix_cut) == 0;
}

static const control_route *
find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

static void
handle_object(
    sandbox_core *sandbox,
    const control_route *route,
    const ent_buffer *text,
    sandbox_answer *answer)
{
    ent_json_fault fault = { 0 };
    ent_json *object =
        ent_json_parse_object(ent_buffer_text(text), text->length, &fault);
    if (object == NULL) {
        answer_set_refusal(
            answer, 400, "the request is not a JSON object: %s", fault.reason);
        return;
    }
    sandbox_fields fields;
    fields_begin(&fields, object);
    route->handle(sandbox, &fields, answer);
    if (fields.fault[0] != '\0') {
        answer_set_refusal(answer, 400, "%s", fields.fault);
    }
    ent_json_free(object);
}

/* What is asked for stands in the query of a GET, and in the body of all others. */
static void
handle(
    sandbox_core *sandbox,
    const control_route *route,
    const sandbox_request *request,
    sandbox_answer *answer)
{
    ent_buffer text;
    ent_buffer_init(&text, &sandbox->runtime, REQUEST_BODY_LIMIT);
    bool is_read = true;
    if (strcmp(route->method, "GET") == 0) {
        is_read = query_write_object(request->query, &text);
    } else if (request->body.length == 0) {
        ent_buffer_append_text(&text, "{}");
    } else {
        ent_buffer_append(&text, ent_buffer_text(&request->body), request->body.length);
    }
    if (is_read) {
        handle_object(sandbox, route, &text, answer);
    } else {
        answer_set_refusal(answer, 400, "the query is not NAME=VALUE&NAME=VALUE");
    }
    ent_buffer_clear(&text);
}

/* Who may look may also ask what there is to see. */
static bool
takes_method(const control_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void
answer_route(
    sandbox_core *sandbox,
    const sandbox_request *request,
    const char *path,
    sandbox_answer *answer)
{
    if (request->is_body_too_large) {
        answer_set_refusal(answer, 413, "the body is over 1 MiB");
        return;
    }
    const control_route *route = find_route(path);
    if (route == NULL) {
        answer_set_refusal(answer, 404, "there is no such control request");
        return;
    }
    if (!takes_method(route, request->method)) {
        answer_set_refusal(answer, 405, "use %s", route->method);
        answer->allow = route->method;
        return;
    }
    handle(sandbox, route, request, answer);
}

/* The path without what all begin with, or NULL when the request has been refused. */
static const char *
admit(const sandbox_request *request, sandbox_answer *answer)
{
    if (!request->is_from_loopback) {
        answer_set_refusal(
            answer, 403, "the control interface is for this machine only");
        return NULL;
    }
    if (!origin_check_host(request, answer)) {
        return NULL;
    }
    if (strcmp(request->path, prefix_cut) == 0) {
        answer_set_refusal(answer, 308, "it is at %s", prefix);
        answer_add_header(answer, "Location", prefix);
        return NULL;
    }
    return request->path + sizeof(prefix) - 1;
}

void
control_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer)
{
    answer->date_s = ent_now_s(&sandbox->runtime);
    const char *path = admit(request, answer);
    /* The page does nothing and tells nothing: a link to it may stand anywhere. */
    if (path != NULL && page_is_at(path)) {
        if (page_answer(request, path, answer)) {
            return;
        }
    } else if (path != NULL && origin_check_sender(request, answer)) {
        answer_route(sandbox, request, path, answer);
    }
    answer_add_header(answer, "Cache-Control", "no-store");
    answer_add_header(answer, "X-Content-Type-Options", "nosniff");
    /* Its reader often sits at a terminal. */
    ent_buffer_append_text(&answer->body, "\n");
}
