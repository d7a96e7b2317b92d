/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_ANSWERS_H
#define TEST_FAULTS_ANSWERS_H

#include <entitle/transport.h>

#include <stddef.h>
#include <stdint.h>

/* What is answered to requests whose URL or X-Amz-Target ends like this. */
typedef struct fault_answer {
    const char *ending;
    int32_t http_status;
    /* NULL: a token that says yes, to the nonce that was asked with */
    const char *body;
} fault_answer;

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
