/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_ONE_ANSWER_SERVER_H
#define TEST_FUZZ_ONE_ANSWER_SERVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * A server on 127.0.0.1, on a thread of its own until the program ends, that sends each
 * client the same bytes, whatever they are, and closes. Returns its port.
 */
uint16_t one_answer_server_start(void);

/*
 * What the next client gets, `first_piece` bytes of it by themselves. The bytes stay
 * the caller's, until that client has its answer.
 */
void one_answer_server_set(const uint8_t *bytes, size_t length, size_t first_piece);

/* Until all of it is on its way, and the connection closed. */
void one_answer_server_wait(void);

#endif
