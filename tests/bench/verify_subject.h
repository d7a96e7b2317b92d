/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_VERIFY_SUBJECT_H
#define BENCH_VERIFY_SUBJECT_H

#include <entitle/keyring.h>

#include <openssl/evp.h>

#include <stddef.h>
#include <time.h>

enum { BENCH_CALLS_A_TURN = 400 };

/* A good token, whole and in parts, and the key that it was signed with. */
typedef struct bench_subject {
    entitle_keyring *keyring;
    EVP_PKEY *pkey; /* not owned */
    char *token;
    size_t token_length;
    size_t signing_input_length;
    unsigned char signature[1024];
    size_t signature_length;
    void *peer; /* what another library made of the key, once */
} bench_subject;

bench_subject bench_subject_make(void);
void bench_subject_free(bench_subject *subject);

/* One verification, which has to succeed. */
typedef void bench_verify(const bench_subject *subject);

void bench_verify_with_entitle(const bench_subject *subject);

/*
 * The time of one of BENCH_CALLS_A_TURN calls. CLOCK_THREAD_CPUTIME_ID leaves out what
 * others take of the machine.
 */
double
bench_turn_us(clockid_t clock, bench_verify *verify, const bench_subject *subject);

#endif
