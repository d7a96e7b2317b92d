/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The promises of entitle.h about threads: a filled keyring serves any number of them,
 * and calls that share no transport may run at once. Meant for TSan.
 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"
#include "support/lying_aws.h"
#include "support/token_forge.h"

#include <entitle.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 2, ROUNDS = 50 };

/* What all threads share, and only read. */
typedef struct shared_fixture {
    entitle_keyring *keyring;
    char *token;
    char *tampered;
} shared_fixture;

/* cmocka's assertions jump, which only the first thread may do: the others count. */
typedef struct worker {
    const shared_fixture *shared;
    unsigned as_expected;
} worker;

static void
set_up(shared_fixture *shared)
{
    const forge_recipe recipe = { 0 };
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);

    assert_int_equal(entitle_keyring_new(NULL, &shared->keyring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(shared->keyring, 1, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
    shared->token = forge_token(&recipe);
    shared->tampered = forge_tampered(&recipe, 100, 0);
}

static void
tear_down(shared_fixture *shared)
{
    free(shared->token);
    free(shared->tampered);
    entitle_keyring_free(shared->keyring);
}

/* Runs `work` in all threads at once; how often it went as expected, altogether. */
static unsigned
count_in_threads(void *(*work)(void *), const shared_fixture *shared)
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    unsigned total = 0;

    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){ .shared = shared };
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        total += workers[i].as_expected;
    }
    return total;
}

static bool
verifies(const entitle_keyring *keyring, const char *token)
{
    const entitle_expectation expectation = { .struct_size = sizeof(expectation),
                                              .product_code = FORGE_PRODUCT_CODE,
                                              .nonce = FORGE_NONCE,
                                              .at_s = FAKE_NOW_S };
    entitle_verification *verification = NULL;
    bool valid =
        entitle_verify(
            keyring, token, strlen(token), &expectation, &verification, NULL) ==
            ENTITLE_OK &&
        entitle_verification_is_valid(verification);

    entitle_verification_free(verification);
    return valid;
}

static void *
verify_repeatedly(void *context)
{
    worker *self = context;

    for (int i = 0; i < ROUNDS; i++) {
        self->as_expected += verifies(self->shared->keyring, self->shared->token) &&
                             !verifies(self->shared->keyring, self->shared->tampered);
    }
    return NULL;
}

static void
one_keyring_verifies_in_two_threads(void **state)
{
    shared_fixture shared = { 0 };
    (void)state;
    set_up(&shared);

    assert_int_equal(count_in_threads(verify_repeatedly, &shared), THREADS * ROUNDS);

    tear_down(&shared);
}

static const fake_variable environment[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_REGION", "eu-west-1" },
    { NULL, NULL },
};

/* Whether a gate of its own opens for a truthful answer and stays shut for a lie. */
static void *
check_repeatedly(void *context)
{
    static const aws_step answers[] = { { 0 }, { .nonce = "the answer to another" } };
    worker *self = context;
    fake_runtime fake;
    lying_aws aws;

    for (size_t i = 0; i < ROUNDS; i++) {
        entitle_decision *decision = NULL;
        fake_runtime_init(&fake);
        fake.variables = environment;
        lying_aws_init(&aws, &fake, &answers[i % 2], 1);
        const entitle_gate_options options = {
            .struct_size = sizeof(options),
            .product_code = FORGE_PRODUCT_CODE,
            .keyring = self->shared->keyring,
            .runtime = &fake.runtime,
            .transport = &aws.transport,
        };

        self->as_expected +=
            entitle_gate_check(&options, &decision, NULL) == ENTITLE_OK &&
            entitle_decision_may_start(decision) == (i % 2 == 0);
        entitle_decision_free(decision);
    }
    return NULL;
}

static void
two_gates_decide_in_two_threads(void **state)
{
    shared_fixture shared = { 0 };
    (void)state;
    set_up(&shared);

    assert_int_equal(count_in_threads(check_repeatedly, &shared), THREADS * ROUNDS);

    tear_down(&shared);
}

/* The first of them initialises libcurl, and nobody can know which that is. */
static void *
make_transports(void *context)
{
    worker *self = context;

    for (int i = 0; i < ROUNDS; i++) {
        entitle_transport *transport = NULL;
        self->as_expected +=
            entitle_transport_new_curl(NULL, &transport, NULL) == ENTITLE_OK;
        entitle_transport_free(transport);
    }
    return NULL;
}

static void
transports_are_made_in_two_threads(void **state)
{
    (void)state;

    assert_int_equal(count_in_threads(make_transports, NULL), THREADS * ROUNDS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transports_are_made_in_two_threads),
        cmocka_unit_test(one_keyring_verifies_in_two_threads),
        cmocka_unit_test(two_gates_decide_in_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
