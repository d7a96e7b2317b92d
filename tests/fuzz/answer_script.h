/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_ANSWER_SCRIPT_H
#define TEST_FUZZ_ANSWER_SCRIPT_H

#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A transport that answers by a text. Answers are divided by lines of "===", and the
 * last is repeated for ever. An answer is a line with the status code, lines of
 * headers, an empty line and the body; or a line such as "!timeout": the transport
 * fails.
 */
typedef struct answer_script {
    entitle_transport transport; /* what to hand to the library */
    const char *text;
    size_t length;
    size_t at;             /* where the answer to the next request begins */
    int32_t last_status;   /* 0: the transport failed */
    const char *last_body; /* of the last answer; NULL: there was none */
    size_t last_body_length;
    bool may_have_worked; /* some answer was lost, or was not a refusal */
} answer_script;

void answer_script_init(answer_script *script, const char *text, size_t length);

#endif
