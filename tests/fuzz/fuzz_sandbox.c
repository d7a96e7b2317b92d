/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The sandbox behind its port. An input is requests (request_text.h), divided by lines
 * of "===", to a sandbox that begins anew; a header "!sign" has a request signed with
 * the default market's key, and "!remote" makes it come from another machine. Whatever
 * comes: the service answers nothing well that was not signed, and the control
 * interface nobody elsewhere; JSON is JSON; only the control interface tells the secret
 * key; and the totals of what was honoured are the sums of the records.
 */
#include "aws/sigv4.h"
#include "base/json.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "fuzz.h"
#include "request_text.h"
#include "router.h"
#include "state/sandbox.h"
#include "state/state_directory.h"

#include <cjson/cJSON.h>

#include <string.h>

#define ACCESS_KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

enum { REQUESTS = 8, STAMP_SIZE = ENT_TIMESTAMP_SIZE };

static state_directory folder;
static sandbox_core *sandbox;
static entitle_runtime runtime;

/* One request of an input. */
typedef struct trial_request {
    sandbox_request request;
    bool is_to_be_signed;
    bool is_remote;
    char stamp[STAMP_SIZE];
    ent_buffer authorization;
} trial_request;

/* --- The sandbox ------------------------------------------------------------------ */

static void
close_sandbox(void)
{
    sandbox_free(sandbox);
    state_directory_close(&folder);
}

static void
open_sandbox(void)
{
    const sandbox_options options = { .has_seed = true, .seed = 1 };
    entitle_error error;

    FUZZ_REQUIRE(ent_runtime_fill(&runtime, NULL, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(state_directory_open(&folder, NULL, &error) == ENTITLE_OK);
    FUZZ_REQUIRE(sandbox_new(&options, folder.path, &sandbox, &error) == ENTITLE_OK);
    (void)atexit(close_sandbox);
}

/* --- Requests --------------------------------------------------------------------- */

static void
sign(trial_request *trial)
{
    sandbox_request *request = &trial->request;
    char payload[ENT_SHA256_HEX_SIZE];
    int64_t now_s = ent_now_s(&runtime);
    const ent_sigv4_scope scope = {
        .access_key_id = ACCESS_KEY_ID,
        .secret_access_key = SECRET,
        .region = "us-east-1",
        .service = "aws-marketplace",
        .at_s = now_s,
    };

    ent_timestamp_amz(now_s, trial->stamp);
    request_add_header(request, "X-Amz-Date", trial->stamp);
    FUZZ_REQUIRE(
        ent_sha256_hex(ent_buffer_text(&request->body), request->body.length, payload));
    const ent_sigv4_request signed_request = {
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .headers = request->headers,
        .header_count = request->header_count,
        .payload_sha256 = payload,
    };
    if (ent_sigv4_authorization(&scope, &signed_request, &trial->authorization)) {
        request_add_header(
            request, "Authorization", ent_buffer_text(&trial->authorization));
    }
}

static void
read_request(trial_request *trial, char *text, size_t length)
{
    request_text parts;
    char *name = NULL;
    char *value = NULL;

    memset(trial, 0, sizeof(*trial));
    ent_buffer_init(&trial->authorization, &runtime, 64 * 1024);
    request_text_begin(&parts, text, length);
    FUZZ_REQUIRE(request_init(&trial->request, &runtime, parts.target));
    trial->request.method = parts.method;
    while (request_text_next(&parts, &name, &value)) {
        if (strcmp(name, "!sign") == 0) {
            trial->is_to_be_signed = true;
        } else if (strcmp(name, "!remote") == 0) {
            trial->is_remote = true;
        } else {
            request_add_header(&trial->request, name, value);
        }
    }
    trial->request.is_from_loopback = !trial->is_remote;
    ent_buffer_append(&trial->request.body, parts.body, parts.body_length);
    if (trial->is_to_be_signed) {
        sign(trial);
    }
}

static void
clear_request(trial_request *trial)
{
    request_clear(&trial->request);
    ent_buffer_clear(&trial->authorization);
}

/* Makes keys, which takes longer than everything else together. */
static bool
takes_too_long(const sandbox_request *request)
{
    return strstr(request->path, "keys/rotate") != NULL;
}

/* --- Answers ---------------------------------------------------------------------- */

static void
read_source(sandbox_answer *answer)
{
    char piece[4096];
    int64_t length = 0;

    while ((length = answer->source.read(
                answer->source.context, piece, sizeof(piece))) > 0) {
        ent_buffer_append(&answer->body, piece, (size_t)length);
    }
    FUZZ_REQUIRE(length == 0);
}

static void
ask(const sandbox_request *request, sandbox_answer *answer)
{
    answer_init(answer, &runtime);
    router_answer(sandbox, request, answer);
    if (answer->source.read != NULL) {
        read_source(answer);
    }
}

/* Faults have the words of whoever asked for them. */
static bool
is_said_to_be_json(const sandbox_answer *answer)
{
    return answer->content_type != NULL && answer->body.length > 0 &&
           (strcmp(answer->content_type, "application/json") == 0 ||
            strcmp(answer->content_type, "application/x-amz-json-1.1") == 0);
}

static bool
is_of_service(const sandbox_answer *answer)
{
    return answer->content_type != NULL &&
           strcmp(answer->content_type, "application/x-amz-json-1.1") == 0;
}

static void
require_answer(const trial_request *trial, const sandbox_answer *answer)
{
    bool is_well = answer->ending == ANSWER_SEND && answer->http_status / 100 == 2;
    bool is_for_control = strncmp(trial->request.path, "/_sandbox", 9) == 0;

    FUZZ_REQUIRE(
        answer->ending != ANSWER_SEND ||
        (answer->http_status >= 200 && answer->http_status <= 599));
    FUZZ_REQUIRE(!is_well || !is_of_service(answer) || trial->is_to_be_signed);
    FUZZ_REQUIRE(!is_well || !is_for_control || !trial->is_remote);
    FUZZ_REQUIRE(
        (is_for_control && !trial->is_remote) ||
        strstr(ent_buffer_text(&answer->body), SECRET) == NULL);
    if (is_said_to_be_json(answer)) {
        ent_json *body = ent_json_parse_object(
            ent_buffer_text(&answer->body), answer->body.length, NULL);
        FUZZ_REQUIRE(body != NULL);
        ent_json_free(body);
    }
}

static void
try_request(char *text, size_t length)
{
    static trial_request trial;
    sandbox_answer answer;

    read_request(&trial, text, length);
    if (!takes_too_long(&trial.request)) {
        ask(&trial.request, &answer);
        require_answer(&trial, &answer);
        answer_clear(&answer);
    }
    clear_request(&trial);
}

/* --- The account ------------------------------------------------------------------ */

static double
sum_of(const cJSON *list)
{
    const cJSON *one = NULL;
    double sum = 0;

    FUZZ_REQUIRE(cJSON_IsArray(list));
    cJSON_ArrayForEach(one, list)
    {
        const cJSON *quantity = cJSON_GetObjectItemCaseSensitive(one, "quantity");
        sum += cJSON_IsNumber(quantity) ? quantity->valuedouble : 0;
    }
    return sum;
}

static void
require_totals(void)
{
    char text[] = "GET /_sandbox/records\n\n";
    static trial_request trial;
    sandbox_answer answer;

    read_request(&trial, text, sizeof(text) - 1);
    ask(&trial.request, &answer);
    FUZZ_REQUIRE(answer.http_status == 200);
    cJSON *json = cJSON_Parse(ent_buffer_text(&answer.body));
    FUZZ_REQUIRE(json != NULL);
    FUZZ_REQUIRE(
        sum_of(cJSON_GetObjectItemCaseSensitive(json, "records")) ==
        sum_of(cJSON_GetObjectItemCaseSensitive(json, "totals")));
    cJSON_Delete(json);
    answer_clear(&answer);
    clear_request(&trial);
}

/* Hours in inputs are those around this one. */
static void
begin_anew(void)
{
    char text[] = "POST /_sandbox/clock\n\n{\"set\":\"2026-11-21T20:00:00Z\"}";

    FUZZ_REQUIRE(sandbox_reset(sandbox));
    try_request(text, sizeof(text) - 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char divider[] = "\n===\n";
    char *text = malloc(length + 1);

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (sandbox == NULL) {
        open_sandbox();
    }
    begin_anew();
    char *rest = text;
    for (int i = 0; i < REQUESTS && rest != NULL; i++) {
        char *end = strstr(rest, divider);
        size_t left =
            end != NULL ? (size_t)(end - rest) : length - (size_t)(rest - text);
        char *next = end != NULL ? end + sizeof(divider) - 1 : NULL;
        rest[left] = '\0';
        try_request(rest, left);
        rest = next;
    }
    require_totals();
    free(text);
    return 0;
}
