/* SPDX-License-Identifier: Apache-2.0 */
#include "support/scripted_transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static char *
copy_text(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy == NULL) {
        abort();
    }
    if (length > 0) {
        memcpy(copy, text, length);
    }
    copy[length] = '\0';
    return copy;
}

static void
record(scripted_transport *script, const entitle_request *request)
{
    recorded_request *to = &script->requests[script->request_count];

    if (script->request_count == SCRIPT_REQUEST_LIMIT ||
        request->header_count > SCRIPT_HEADER_LIMIT) {
        abort();
    }
    script->request_count++;
    to->method = copy_text(request->method, strlen(request->method));
    to->direct = request->direct;
    to->url = copy_text(request->url, strlen(request->url));
    to->body = copy_text(request->body, request->body_length);
    to->connect_timeout_ms = request->connect_timeout_ms;
    to->timeout_ms = request->timeout_ms;
    to->at_ms = script->fake->monotonic_ms;
    to->header_count = request->header_count;
    for (size_t i = 0; i < request->header_count; i++) {
        const entitle_header *header = &request->headers[i];
        to->header_names[i] = copy_text(header->name, strlen(header->name));
        to->header_values[i] = copy_text(header->value, strlen(header->value));
    }
}

static entitle_status
add_header(entitle_response *response, const char *line, entitle_error *error)
{
    const char *colon = strchr(line, ':');
    const char *value = colon + 1 + strspn(colon + 1, " ");

    return entitle_response_add_header(
        response, line, (size_t)(colon - line), value, strlen(value), error);
}

static entitle_status
add_date(entitle_response *response, time_t at, entitle_error *error)
{
    char line[64];
    struct tm parts;

    gmtime_r(&at, &parts);
    strftime(line, sizeof(line), "Date: %a, %d %b %Y %H:%M:%S GMT", &parts);
    return add_header(response, line, error);
}

static entitle_status
give(
    const scripted_transport *script,
    const scripted_answer *answer,
    entitle_response *response,
    entitle_error *error)
{
    entitle_status status =
        entitle_response_begin(response, answer->http_status, error);

    for (size_t i = 0; status == ENTITLE_OK && answer->headers[i] != NULL; i++) {
        status = add_header(response, answer->headers[i], error);
    }
    if (status == ENTITLE_OK && answer->has_date) {
        int64_t at_s = script->fake->wall_ms / 1000 + answer->date_offset_s;
        status = add_date(response, (time_t)at_s, error);
    }
    if (status == ENTITLE_OK && answer->body != NULL) {
        size_t length =
            answer->body_length > 0 ? answer->body_length : strlen(answer->body);
        status = entitle_response_append_body(response, answer->body, length, error);
    }
    return status;
}

static void
fail(entitle_error *error, entitle_status status, bool is_unsent)
{
    if (error != NULL) {
        *error = (entitle_error){ .status = status, .is_certainly_undone = is_unsent };
        (void)snprintf(error->message, sizeof(error->message), "scripted failure");
    }
}

static const scripted_answer *
next_answer(const scripted_transport *script)
{
    size_t index = script->request_count < script->answer_count
                       ? script->request_count
                       : script->answer_count - 1;

    return &script->answers[index];
}

static entitle_status
conclude(
    const scripted_transport *script,
    const scripted_answer *answer,
    bool is_late,
    entitle_response *response,
    entitle_error *error)
{
    entitle_status status = is_late ? ENTITLE_TIMEOUT : answer->failure;

    if (answer->failure != ENTITLE_OK) {
        status = answer->failure;
    }
    if (status != ENTITLE_OK) {
        fail(error, status, answer->is_unsent);
        return status;
    }
    return give(script, answer, response, error);
}

static void
pass_time(fake_runtime *fake, int64_t duration_ms)
{
    fake->wall_ms += duration_ms;
    fake->monotonic_ms += duration_ms;
}

static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    scripted_transport *script = context;
    const scripted_answer *answer = next_answer(script);
    bool is_late = answer->takes_ms > request->timeout_ms;

    record(script, request);
    pass_time(script->fake, is_late ? request->timeout_ms : answer->takes_ms);
    return conclude(script, answer, is_late, response, error);
}

static scripted_flight *
find_flight(scripted_transport *script, const void *tag)
{
    for (size_t i = 0; i < SCRIPT_FLIGHT_LIMIT; i++) {
        if (script->flights[i].tag == tag) {
            return &script->flights[i];
        }
    }
    abort();
}

static entitle_status
start(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error,
    void *tag)
{
    scripted_transport *script = context;
    const scripted_answer *answer = next_answer(script);
    bool is_late = answer->takes_ms > request->timeout_ms;
    int64_t takes_ms = is_late ? request->timeout_ms : answer->takes_ms;
    size_t flights = 0;

    record(script, request);
    if (answer->is_at_once) {
        return conclude(script, answer, false, response, error);
    }
    *find_flight(script, NULL) = (scripted_flight){
        .tag = tag,
        .answer = answer,
        .response = response,
        .error = error,
        .ends_at_ms = script->fake->monotonic_ms + takes_ms,
        .is_late = is_late,
    };
    for (size_t i = 0; i < SCRIPT_FLIGHT_LIMIT; i++) {
        flights += script->flights[i].tag != NULL;
    }
    if (flights > script->most_flights) {
        script->most_flights = flights;
    }
    return ENTITLE_OK;
}

static void *
wait_for_one(void *context, int64_t at_most_ms, entitle_status *status)
{
    scripted_transport *script = context;
    fake_runtime *fake = script->fake;
    scripted_flight *first = NULL;

    for (size_t i = 0; i < SCRIPT_FLIGHT_LIMIT; i++) {
        scripted_flight *each = &script->flights[i];
        if (each->tag != NULL &&
            (first == NULL || each->ends_at_ms < first->ends_at_ms)) {
            first = each;
        }
    }
    if (first == NULL || first->ends_at_ms > fake->monotonic_ms + at_most_ms) {
        pass_time(fake, at_most_ms);
        return NULL;
    }
    if (first->ends_at_ms > fake->monotonic_ms) {
        pass_time(fake, first->ends_at_ms - fake->monotonic_ms);
    }
    void *tag = first->tag;
    *status =
        conclude(script, first->answer, first->is_late, first->response, first->error);
    first->tag = NULL;
    return tag;
}

static bool
cancel(void *context, void *tag)
{
    scripted_transport *script = context;
    scripted_flight *flight = find_flight(script, tag);

    flight->tag = NULL;
    script->cancelled++;
    return flight->answer->is_unsent;
}

void
scripted_transport_init(
    scripted_transport *script,
    fake_runtime *fake,
    const scripted_answer *answers,
    size_t answer_count)
{
    *script = (scripted_transport){
        .fake = fake,
        .answers = answers,
        .answer_count = answer_count,
    };
    script->transport = (entitle_transport){
        .struct_size = sizeof(entitle_transport),
        .context = script,
        .perform = perform,
    };
}

void
scripted_transport_do_several(scripted_transport *script)
{
    script->transport.start = start;
    script->transport.wait = wait_for_one;
    script->transport.cancel = cancel;
}

void
scripted_transport_clear(scripted_transport *script)
{
    for (size_t i = 0; i < script->request_count; i++) {
        recorded_request *request = &script->requests[i];
        free(request->method);
        free(request->url);
        free(request->body);
        for (size_t h = 0; h < request->header_count; h++) {
            free(request->header_names[h]);
            free(request->header_values[h]);
        }
    }
    script->request_count = 0;
}

const char *
scripted_transport_header(
    const scripted_transport *script, size_t index, const char *name)
{
    const recorded_request *request = &script->requests[index];

    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->header_names[i], name) == 0) {
            return request->header_values[i];
        }
    }
    return NULL;
}
