/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_ANSWERS_H
#define TEST_FAULTS_ANSWERS_H

#include <entitle/transport.h>

#include <stddef.h>
#include <stdint.h>

enum { ANSWER_SIZE = 16 * 1024 };

/* Writes an answer to the JSON that was sent, in which nothing fails. Its status. */
typedef int32_t answer_composer(const char *json, char out[ANSWER_SIZE]);

/* What is answered to requests whose URL or X-Amz-Target ends like this. */
typedef struct fault_answer {
    const char *ending;
    int32_t http_status;
    const char *body;
    answer_composer *compose; /* instead of both */
} fault_answer;

#define ANSWER(ending_, status_, body_)                                                \
    {                                                                                  \
        .ending = ending_, .http_status = status_, .body = body_                       \
    }
#define COMPOSED(ending_, composer_)                                                   \
    {                                                                                  \
        .ending = ending_, .compose = composer_                                        \
    }

/* A token that says yes, to the nonce that was asked with. */
answer_composer answers_sign;

/*
 * The service and its surroundings as a transport, which by itself never fails: what
 * does is the library's part of taking the answer. The first that matches counts, and
 * what none matches is answered by 404. Can do several requests at once.
 */
extern const entitle_transport answers_transport;

/* Begins anew. */
void answers_set(const fault_answer *answers, size_t count);
#define ANSWERS_SET(answers)                                                           \
    answers_set((answers), sizeof(answers) / sizeof((answers)[0]))

/* How many requests have been answered since. */
size_t answers_given(void);

#endif
