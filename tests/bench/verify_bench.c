/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What verifying a token costs, beside OpenSSL doing the bare signature check with the
 * same key on the same bytes. Both run in short turns, A B A B, so that whatever else
 * the machine does falls on both; the ratios are medians over the turns.
 */
#include "ratios.h"
#include "verify_subject.h"

#include <openssl/rsa.h>

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURNS = 41, THREAD_TURNS_MAX = 1200, SOAK_CALLS = 10000, SPIN_STEPS = 20000 };

static const double TWO_CORES = 1.9;

static void
verify_with_openssl(const bench_subject *subject)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *verifier = NULL;

    bench_require(
        EVP_DigestVerifyInit(context, &verifier, EVP_sha256(), NULL, subject->pkey) ==
            1,
        "EVP_DigestVerifyInit");
    bench_require(
        EVP_PKEY_CTX_set_rsa_padding(verifier, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(verifier, 32) == 1,
        "padding and salt");
    bench_require(
        EVP_DigestVerify(
            context,
            subject->signature,
            subject->signature_length,
            (const unsigned char *)subject->token,
            subject->signing_input_length) == 1,
        "EVP_DigestVerify");
    EVP_MD_CTX_free(context);
}

typedef struct thread_turn {
    bench_verify *verify;
    const bench_subject *subject;
} thread_turn;

static void *
run_turn(void *argument)
{
    const thread_turn *turn = argument;

    bench_turn_us(CLOCK_MONOTONIC, turn->verify, turn->subject);
    return NULL;
}

/* For each thread as many calls as one turn has; the time a call takes the machine. */
static double
time_two_threads(bench_verify *verify, const bench_subject *subject)
{
    thread_turn turn = { verify, subject };
    pthread_t threads[2];
    double begin = bench_now_us(CLOCK_MONOTONIC);

    for (size_t i = 0; i < 2; i++) {
        bench_require(
            pthread_create(&threads[i], NULL, run_turn, &turn) == 0, "no thread");
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return (bench_now_us(CLOCK_MONOTONIC) - begin) / (2.0 * (double)BENCH_CALLS_A_TURN);
}

static void
compare_with_openssl(const bench_subject *subject)
{
    double ratios[TURNS];

    for (int turn = 0; turn < TURNS; turn++) {
        double ours =
            bench_turn_us(CLOCK_THREAD_CPUTIME_ID, bench_verify_with_entitle, subject);
        double theirs =
            bench_turn_us(CLOCK_THREAD_CPUTIME_ID, verify_with_openssl, subject);
        ratios[turn] = theirs / ours;
    }
    bench_print_ratio("throughput", ratios, TURNS);
}

/* Work that shares nothing: what two threads gain by it, the machine gave them. */
static void
spin(const bench_subject *subject)
{
    volatile unsigned long sum = 0;

    for (unsigned long i = 0; i < SPIN_STEPS; i++) {
        sum += i ^ subject->token_length;
    }
    (void)sum;
}

static double
gain_of_two_threads(bench_verify *verify, const bench_subject *subject)
{
    return bench_turn_us(CLOCK_MONOTONIC, verify, subject) /
           time_two_threads(verify, subject);
}

/*
 * A second core that someone else is using cannot be told from a lock, so only the
 * turns count in which the machine gave two whole cores, before and after.
 */
static void
compare_threads(const bench_subject *subject)
{
    double ratios[TURNS];
    int counted = 0;

    for (int turn = 0; turn < THREAD_TURNS_MAX && counted < TURNS; turn++) {
        double before = gain_of_two_threads(spin, subject);
        double ours = gain_of_two_threads(bench_verify_with_entitle, subject);
        double after = gain_of_two_threads(spin, subject);
        if (before >= TWO_CORES && after >= TWO_CORES) {
            ratios[counted++] = ours;
        }
    }
    bench_require(counted == TURNS, "the machine has no two cores to give");
    bench_print_ratio("two_threads", ratios, TURNS);
}

static void
soak(const bench_subject *subject)
{
    bench_verify_with_entitle(subject);
    size_t before = mallinfo2().uordblks;
    for (int i = 0; i < SOAK_CALLS; i++) {
        bench_verify_with_entitle(subject);
    }
    size_t after = mallinfo2().uordblks;
    printf("growth_bytes ratio=%zd\n", (ssize_t)after - (ssize_t)before);
}

int
main(void)
{
    bench_subject subject = bench_subject_make();

    compare_with_openssl(&subject);
    compare_threads(&subject);
    soak(&subject);
    bench_subject_free(&subject);
    return EXIT_SUCCESS;
}
