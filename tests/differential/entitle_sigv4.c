/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "http/url.h"
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * How the library signs each request. A question's fields: method, URL, epoch seconds,
 * access key id, secret, session token (may be empty), Region, service, body; then
 * names and values of headers. The answer: canonical request, string to sign and
 * Authorization, with a NUL between them.
 */
enum {
    METHOD,
    URL,
    AT,
    KEY_ID,
    SECRET,
    SESSION_TOKEN,
    REGION,
    SERVICE,
    BODY,
    HEADERS,
    ANSWER_LIMIT = 1 << 20
};

/* A request as it is sent: with the headers that every one has. */
typedef struct sent_request {
    ent_url url;
    char host[ENT_HOST_LIMIT + 8];
    char date[ENT_TIMESTAMP_SIZE];
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    entitle_header headers[LINE_FIELDS_MAX];
    size_t header_count;
} sent_request;

static void
add(sent_request *sent, const char *name, const char *value)
{
    sent->headers[sent->header_count++] = (entitle_header){ name, value };
}

static void
compose(const line_question *question, int64_t at_s, sent_request *sent)
{
    const line_field *fields = question->fields;

    sent->header_count = 0;
    ent_url_host_header(&sent->url, sent->host);
    ent_timestamp_amz(at_s, sent->date);
    for (size_t i = HEADERS; i + 1 < question->count; i += 2) {
        add(sent, fields[i].bytes, fields[i + 1].bytes);
    }
    add(sent, "Host", sent->host);
    add(sent, "X-Amz-Date", sent->date);
    if (fields[SESSION_TOKEN].length > 0) {
        add(sent, "X-Amz-Security-Token", fields[SESSION_TOKEN].bytes);
    }
}

static bool
sign(const ent_sigv4_scope *scope, const ent_sigv4_request *request, ent_buffer *answer)
{
    ent_buffer canonical;
    ent_buffer to_sign;

    ent_buffer_init(&canonical, answer->runtime, ANSWER_LIMIT);
    ent_buffer_init(&to_sign, answer->runtime, ANSWER_LIMIT);
    bool is_done = ent_sigv4_canonical_request(request, &canonical) &&
                   ent_sigv4_string_to_sign(scope, canonical.bytes, &to_sign) &&
                   ent_buffer_append(answer, canonical.bytes, canonical.length) &&
                   ent_buffer_append(answer, "", 1) &&
                   ent_buffer_append(answer, to_sign.bytes, to_sign.length) &&
                   ent_buffer_append(answer, "", 1) &&
                   ent_sigv4_authorization(scope, request, answer);
    ent_buffer_clear(&to_sign);
    ent_buffer_clear(&canonical);
    return is_done;
}

static void
judge(const line_question *question, const entitle_runtime *runtime)
{
    static sent_request sent;
    const line_field *fields = question->fields;
    entitle_error error;
    ent_buffer answer;

    if (ent_url_parse(fields[URL].bytes, &sent.url, &error) != ENTITLE_OK) {
        line_refuse(error.message);
        return;
    }
    const ent_sigv4_scope scope = {
        .access_key_id = fields[KEY_ID].bytes,
        .secret_access_key = fields[SECRET].bytes,
        .region = fields[REGION].bytes,
        .service = fields[SERVICE].bytes,
        .at_s = strtoll(fields[AT].bytes, NULL, 10),
    };
    compose(question, scope.at_s, &sent);
    const ent_sigv4_request request = {
        .method = fields[METHOD].bytes,
        .path = sent.url.path,
        .query = sent.url.query,
        .headers = sent.headers,
        .header_count = sent.header_count,
        .payload_sha256 = sent.payload_sha256,
    };
    ent_buffer_init(&answer, runtime, ANSWER_LIMIT);
    if (ent_sha256_hex(fields[BODY].bytes, fields[BODY].length, sent.payload_sha256) &&
        sign(&scope, &request, &answer)) {
        line_accept(answer.bytes, answer.length);
    } else {
        line_refuse("cannot be signed");
    }
    ent_buffer_clear(&answer);
}

int
main(void)
{
    entitle_runtime runtime;
    line_question question = { 0 };

    if (ent_runtime_fill(&runtime, NULL, NULL) != ENTITLE_OK) {
        return EXIT_FAILURE;
    }
    while (line_read(&question)) {
        if (question.count < HEADERS) {
            fprintf(stderr, "too few fields\n");
            return EXIT_FAILURE;
        }
        judge(&question, &runtime);
    }
    line_release(&question);
    return EXIT_SUCCESS;
}
