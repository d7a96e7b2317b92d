/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_SCRIPTED_TRANSPORT_H
#define TEST_SUPPORT_SCRIPTED_TRANSPORT_H

#include "support/fake_runtime.h"

#include <entitle/transport.h>

#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_REQUEST_LIMIT = 512, SCRIPT_HEADER_LIMIT = 12, SCRIPT_FLIGHT_LIMIT = 64 };

/* What happens to one request. */
typedef struct scripted_answer {
    entitle_status failure; /* ENTITLE_OK: there is an answer */
    bool is_unsent;         /* and nothing of the request has left */
    bool is_at_once;        /* and that shows when it is started already */
    int32_t http_status;
    const char *body;       /* NULL: empty */
    size_t body_length;     /* 0: up to the NUL */
    const char *headers[6]; /* "name: value"; ends with NULL */
    int64_t takes_ms;       /* on the fake clock */
    bool has_date;          /* a `Date` of the fake clock … */
    int64_t date_offset_s;  /* … plus this */
} scripted_answer;

/* A request that is under way beside others. */
typedef struct scripted_flight {
    void *tag; /* NULL: none */
    const scripted_answer *answer;
    entitle_response *response;
    entitle_error *error;
    int64_t ends_at_ms;
    bool is_late;
} scripted_flight;

typedef struct recorded_request {
    char *header_names[SCRIPT_HEADER_LIMIT];
    char *header_values[SCRIPT_HEADER_LIMIT];
    size_t header_count;
    char *method;
    char *url;
    char *body;
    bool direct;
    int64_t connect_timeout_ms;
    int64_t timeout_ms;
    int64_t at_ms; /* monotonic */
} recorded_request;

/*
 * A transport that answers from a list, the last entry again and again, and remembers
 * what it was asked. A request takes no longer than it may: an answer that is late is a
 * timeout, a failure comes then.
 */
typedef struct scripted_transport {
    entitle_transport transport; /* what to hand to the library */
    fake_runtime *fake;
    const scripted_answer *answers;
    size_t answer_count;
    recorded_request requests[SCRIPT_REQUEST_LIMIT];
    size_t request_count;

    scripted_flight flights[SCRIPT_FLIGHT_LIMIT];
    size_t most_flights; /* at once, ever */
    size_t cancelled;
} scripted_transport;

void scripted_transport_init(
    scripted_transport *script,
    fake_runtime *fake,
    const scripted_answer *answers,
    size_t answer_count);
void scripted_transport_clear(scripted_transport *script);

/* From now on it can do several requests at once: each takes its time beside others. */
void scripted_transport_do_several(scripted_transport *script);

/* The header of request number `index` (0 is the first), or NULL. */
const char *scripted_transport_header(
    const scripted_transport *script, size_t index, const char *name);

#endif
