/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The gate where names do not resolve. This program's getaddrinfo() stands before the
 * C library's, libcurl's calls included.
 */
#include "support/aws_environment.h"
#include "support/cmocka.h"
#include "support/effort.h"
#include "support/key_forge.h"
#include "support/leaping_clock.h"

#include <entitle.h>

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 1500, SILENCE = 0 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int answer; /* what getaddrinfo() says; SILENCE: nothing, until it is over */
static bool is_over;
static int waiting;
static int questions;

__attribute__((visibility("default"))) int
getaddrinfo(
    const char *node,
    const char *service,
    const struct addrinfo *hints,
    struct addrinfo **result)
{
    (void)node;
    (void)service;
    (void)hints;
    (void)result;
    pthread_mutex_lock(&lock);
    int said = answer;
    questions++;
    waiting++;
    while (said == SILENCE && !is_over) {
        pthread_cond_wait(&changed, &lock);
    }
    waiting--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return said == SILENCE ? EAI_AGAIN : said;
}

static void
begin_to_answer(int with)
{
    pthread_mutex_lock(&lock);
    answer = with;
    questions = 0;
    is_over = false;
    pthread_mutex_unlock(&lock);
}

/* Until nobody waits for an answer any more. */
static void
release_resolvers(void)
{
    pthread_mutex_lock(&lock);
    is_over = true;
    pthread_cond_broadcast(&changed);
    while (waiting > 0) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static entitle_decision *
decide(const entitle_keyring *keyring, entitle_on_unavailable on_unavailable)
{
    static const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                             .environment = aws_environment,
                                             .monotonic_ms = leaping_clock_ms,
                                             .sleep_ms = leaping_clock_sleep_ms };
    const entitle_gate_options options = { .struct_size = sizeof(options),
                                           .product_code = "product",
                                           .keyring = keyring,
                                           .deadline_ms = DEADLINE_MS,
                                           .on_unavailable = on_unavailable,
                                           .runtime = &runtime };
    entitle_decision *decision = NULL;

    assert_int_equal(entitle_gate_check(&options, &decision, NULL), ENTITLE_OK);
    return decision;
}

static void
assert_unreachable(const char *name, const entitle_keyring *keyring, int with)
{
    const int64_t slack_ms = number_by_effort(60000, 1500, 1500);
    int64_t started_ms = leaping_clock_ms(NULL);

    begin_to_answer(with);
    entitle_decision *decision = decide(keyring, ENTITLE_ON_UNAVAILABLE_DENY);
    int64_t took_ms = leaping_clock_ms(NULL) - started_ms;
    if (entitle_decision_reason(decision) != ENTITLE_UNREACHABLE ||
        entitle_decision_may_start(decision) || took_ms > DEADLINE_MS + slack_ms) {
        fail_msg(
            "%s: %s after %lld ms",
            name,
            entitle_decision_message(decision),
            (long long)took_ms);
    }
    assert_true(questions > 0);
    assert_non_null(entitle_decision_hint(decision));
    entitle_decision_free(decision);
    release_resolvers();
}

static entitle_keyring *
new_ring(void)
{
    entitle_keyring *ring = NULL;
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);

    assert_int_equal(entitle_keyring_new(NULL, &ring, NULL), ENTITLE_OK);
    assert_int_equal(entitle_keyring_add(ring, 1, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
    return ring;
}

static void
names_that_do_not_resolve_do_not_hold_up_the_gate(void **state)
{
    entitle_keyring *ring = new_ring();

    (void)state;
    assert_unreachable("no such name", ring, EAI_NONAME);
    assert_unreachable("a name server that fails for now", ring, EAI_AGAIN);
    assert_unreachable("a name server that fails", ring, EAI_FAIL);
    assert_unreachable("a name server that says nothing", ring, SILENCE);
    entitle_keyring_free(ring);
}

static void
names_that_do_not_resolve_leave_the_seller_the_choice(void **state)
{
    entitle_keyring *ring = new_ring();

    (void)state;
    begin_to_answer(EAI_NONAME);
    entitle_decision *decision = decide(ring, ENTITLE_ON_UNAVAILABLE_START);
    assert_true(entitle_decision_may_start(decision));
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_UNKNOWN);
    assert_int_equal(entitle_decision_cause(decision), ENTITLE_UNREACHABLE);
    entitle_decision_free(decision);
    entitle_keyring_free(ring);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_do_not_resolve_do_not_hold_up_the_gate),
        cmocka_unit_test(names_that_do_not_resolve_leave_the_seller_the_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
