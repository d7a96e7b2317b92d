/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The bytes of an HTTP answer, as a server on this machine sends them, through libcurl
 * into the library. Whatever they are, the transport ends with an answer within its
 * limits or an error that is whole, and the same answer when they come in two pieces.
 */
#include "fuzz.h"
#include "http/response.h"
#include "one_answer_server.h"
#include "support/fake_runtime.h"

#include <entitle/transport.h>

#include <string.h>

enum { TIMEOUT_MS = 20 * 1000 };

/* What came of the bytes. */
typedef struct outcome {
    entitle_status status;
    entitle_response response;
    entitle_error error;
} outcome;

static fake_runtime fake;
static char url[64];

/* What the same handle has seen before: it leaves a connection that is not kept. */
static const char ordinary[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                               "Connection: close\r\n\r\n{}";

static void
ask(entitle_transport *transport,
    const void *bytes,
    size_t length,
    size_t first_piece,
    outcome *out)
{
    const entitle_request request = {
        .method = "POST",
        .url = url,
        .body = "{}",
        .body_length = 2,
        .connect_timeout_ms = TIMEOUT_MS,
        .timeout_ms = TIMEOUT_MS,
    };

    *out = (outcome){ .error = { .status = ENTITLE_OK } };
    ent_response_init(&out->response, &fake.runtime);
    one_answer_server_set(bytes, length, first_piece);
    out->status =
        transport->perform(transport->context, &request, &out->response, &out->error);
    one_answer_server_wait();
}

/*
 * By a transport of its own: what is behind an answer would meet the next request on a
 * connection that was kept.
 */
static void
ask_anew(const uint8_t *bytes, size_t length, size_t first_piece, outcome *out)
{
    const entitle_curl_options options = { .struct_size = sizeof(options) };
    entitle_transport *transport = NULL;
    outcome before;

    FUZZ_REQUIRE(entitle_transport_new_curl(&options, &transport, NULL) == ENTITLE_OK);
    ask(transport, ordinary, sizeof(ordinary) - 1, sizeof(ordinary) - 1, &before);
    FUZZ_REQUIRE(before.status == ENTITLE_OK);
    ent_response_clear(&before.response);
    ask(transport, bytes, length, first_piece, out);
    entitle_transport_free(transport);
}

static void
require_header(const char *name, const char *value)
{
    FUZZ_REQUIRE(name[0] != '\0' && strpbrk(name, "\r\n:") == NULL);
    FUZZ_REQUIRE(strpbrk(value, "\r\n") == NULL);
}

static void
require_bounded(const outcome *seen)
{
    const ent_buffer *headers = &seen->response.headers;

    FUZZ_REQUIRE(headers->length <= ENT_RESPONSE_HEADER_LIMIT);
    FUZZ_REQUIRE(seen->response.body.length <= ENT_RESPONSE_BODY_LIMIT);
    for (size_t at = 0; at < headers->length;) {
        const char *name = headers->bytes + at;
        const char *value = name + strlen(name) + 1;
        require_header(name, value);
        at = (size_t)(value - headers->bytes) + strlen(value) + 1;
        FUZZ_REQUIRE(at <= headers->length);
    }
}

static void
require_outcome(const outcome *seen)
{
    if (seen->status == ENTITLE_OK) {
        FUZZ_REQUIRE(
            seen->response.http_status >= 100 && seen->response.http_status <= 599);
        require_bounded(seen);
        return;
    }
    FUZZ_REQUIRE(
        seen->status == ENTITLE_BAD_RESPONSE || seen->status == ENTITLE_UNREACHABLE);
    FUZZ_REQUIRE(seen->error.status == seen->status && seen->error.message[0] != '\0');
}

static void
require_same(const outcome *left, const outcome *right)
{
    /* Why it was refused may depend on where libcurl first saw that it was wrong. */
    FUZZ_REQUIRE((left->status == ENTITLE_OK) == (right->status == ENTITLE_OK));
    if (left->status != ENTITLE_OK) {
        return;
    }
    FUZZ_REQUIRE(left->response.http_status == right->response.http_status);
    FUZZ_REQUIRE(left->response.headers.length == right->response.headers.length);
    FUZZ_REQUIRE(left->response.body.length == right->response.body.length);
    FUZZ_REQUIRE(
        left->response.body.length == 0 || memcmp(
                                               left->response.body.bytes,
                                               right->response.body.bytes,
                                               left->response.body.length) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    outcome whole;
    outcome pieces;

    if (url[0] == '\0') {
        unsigned port = one_answer_server_start();
        snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    }
    fake_runtime_init(&fake);
    ask_anew(bytes, length, length, &whole);
    ask_anew(bytes, length, length / 2, &pieces);
    require_outcome(&whole);
    require_outcome(&pieces);
    /* Of a NUL among the headers libcurl makes this or that, by where it reads to. */
    if (memchr(bytes, '\0', length) == NULL) {
        require_same(&whole, &pieces);
    }
    ent_response_clear(&whole.response);
    ent_response_clear(&pieces.response);
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
    return 0;
}
