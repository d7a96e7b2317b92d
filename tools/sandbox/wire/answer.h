/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ANSWER_H
#define SANDBOX_ANSWER_H

#include "base/buffer.h"
#include "base/random.h"

#include <entitle/transport.h>

#include <stddef.h>
#include <stdint.h>

typedef enum answer_ending {
    ANSWER_SEND,
    ANSWER_CLOSE, /* the connection, without a word */
    ANSWER_RESET  /* the same with a TCP reset */
} answer_ending;

/*
 * A body too long to be held: `read` gives the next piece of it while it is sent, 0 at
 * the end, or a negative number when it failed, which cuts the connection. `release`
 * is called once, whether or not it came to the end.
 */
typedef struct answer_source {
    int64_t (*read)(void *context, char *out, size_t size);
    void (*release)(void *context);
    void *context;
} answer_source;

enum { ANSWER_HEADER_LIMIT = 8 };

/* What goes back to the client. */
typedef struct sandbox_answer {
    answer_ending ending;
    unsigned http_status;
    const char *content_type;
    ent_buffer body;
    answer_source source;           /* in place of the body, where it can read */
    int64_t delay_ms;               /* the answer is held back for so long */
    int64_t date_s;                 /* of the Date header */
    char request_id[ENT_UUID_SIZE]; /* empty: no header */
    int64_t retry_after_ms;         /* negative: no header */
    const char *allow;              /* NULL: no header */
    int64_t imds_token_ttl_s;       /* negative: no header */
    entitle_header headers[ANSWER_HEADER_LIMIT]; /* whatever else */
    size_t header_count;
} sandbox_answer;

void answer_init(sandbox_answer *answer, const entitle_runtime *runtime);
void answer_clear(sandbox_answer *answer);

/* Begins the body anew as {"__type":NAME,"message":MESSAGE}. */
void answer_set_error(
    sandbox_answer *answer,
    const char *name,
    unsigned http_status,
    const char *message);

/* Constants of the program both. Beyond the limit, which is ours to keep, no effect. */
void answer_add_header(sandbox_answer *answer, const char *name, const char *value);

/* {"error":"…"}: how the control interface refuses. The text is UTF-8. */
void answer_set_refusal(
    sandbox_answer *answer, unsigned http_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
