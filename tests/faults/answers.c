/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"

#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FLIGHTS = 64 };

static const fault_answer *list;
static size_t list_count;
static size_t given;

/* Those that have ended and were not handed out. */
static struct {
    void *tag;
    entitle_status status;
} ended[FLIGHTS];
static size_t ended_count;

void
answers_set(const fault_answer *answers, size_t count)
{
    list = answers;
    list_count = count;
    given = 0;
    ended_count = 0;
}

size_t
answers_given(void)
{
    return given;
}

static bool
ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);

    return length >= strlen(ending) &&
           strcmp(text + length - strlen(ending), ending) == 0;
}

static bool
is_meant(const fault_answer *answer, const entitle_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, "x-amz-target") == 0) {
            return ends_with(request->headers[i].value, answer->ending);
        }
    }
    return ends_with(request->url, answer->ending);
}

static const fault_answer *
find(const entitle_request *request)
{
    static const fault_answer none = { "", 404, "", NULL };

    for (size_t i = 0; i < list_count; i++) {
        if (is_meant(&list[i], request)) {
            return &list[i];
        }
    }
    return &none;
}

/* The nonce is of base64url: it needs no JSON reader. */
int32_t
answers_sign(const char *json, char out[ANSWER_SIZE])
{
    static const char member[] = "\"Nonce\":\"";
    char nonce[128] = "";
    char payload[512];
    const forge_recipe recipe = { .payload = payload };
    const char *begin = strstr(json, member);

    assert_non_null(begin);
    (void)sscanf(begin + strlen(member), "%127[^\"]", nonce);
    (void)snprintf(
        payload,
        sizeof(payload),
        "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1,\"Nonce\":\"%s\",\"iat\":%d}",
        FORGE_PRODUCT_CODE,
        nonce,
        FAKE_NOW_S);
    char *token = forge_token(&recipe);
    (void)snprintf(out, ANSWER_SIZE, "{\"Signature\":\"%s\"}", token);
    free(token);
    return 200;
}

/* What the test makes of it is none of the library's calls. */
static int32_t
compose(
    const fault_answer *answer, const entitle_request *request, char out[ANSWER_SIZE])
{
    if (answer->compose == NULL) {
        (void)snprintf(out, ANSWER_SIZE, "%s", answer->body);
        return answer->http_status;
    }
    failing_calls_pause();
    char *json = strndup(request->body, request->body_length);
    int32_t http_status = answer->compose(json, out);
    free(json);
    failing_calls_go_on();
    return http_status;
}

static entitle_status
add_header(
    entitle_response *response,
    const char *name,
    const char *value,
    entitle_error *error)
{
    return entitle_response_add_header(
        response, name, strlen(name), value, strlen(value), error);
}

static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    char body[ANSWER_SIZE];
    int32_t http_status = compose(find(request), request, body);

    (void)context;
    given++;
    entitle_status status = entitle_response_begin(response, http_status, error);
    if (status == ENTITLE_OK) {
        status = add_header(response, "x-amzn-RequestId", "request-1", error);
    }
    if (status == ENTITLE_OK) {
        status = add_header(response, "Date", "Sat, 21 Nov 2026 20:00:00 GMT", error);
    }
    return status == ENTITLE_OK
               ? entitle_response_append_body(response, body, strlen(body), error)
               : status;
}

static entitle_status
start(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error,
    void *tag)
{
    assert_true(ended_count < FLIGHTS);
    ended[ended_count].tag = tag;
    ended[ended_count].status = perform(context, request, response, error);
    ended_count++;
    return ENTITLE_OK;
}

static void
forget(size_t index)
{
    ended_count--;
    memmove(&ended[index], &ended[index + 1], (ended_count - index) * sizeof(ended[0]));
}

static void *
wait_for_one(void *context, int64_t at_most_ms, entitle_status *status)
{
    void *tag = ended[0].tag;

    (void)context;
    (void)at_most_ms;
    if (ended_count == 0) {
        return NULL;
    }
    *status = ended[0].status;
    forget(0);
    return tag;
}

static bool
cancel(void *context, void *tag)
{
    (void)context;
    for (size_t i = 0; i < ended_count; i++) {
        if (ended[i].tag == tag) {
            forget(i);
            return false;
        }
    }
    return false;
}

const entitle_transport answers_transport = {
    .struct_size = sizeof(answers_transport),
    .perform = perform,
    .start = start,
    .wait = wait_for_one,
    .cancel = cancel,
};
