/* SPDX-License-Identifier: Apache-2.0 */

/* The promise of <entitle/token.h>: one keyring, any number of threads at once. */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/token.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREAD_COUNT = 2, CALL_COUNT = 200 };

typedef struct shared_input {
    const entitle_keyring *keyring;
    const char *right_token;
    const char *tampered_token;
} shared_input;

typedef struct worker {
    const shared_input *shared;
    size_t valid;
    size_t refused;
} worker;

static entitle_status
judge(const entitle_keyring *keyring, const char *token)
{
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
        .at_s = FAKE_NOW_S,
    };
    entitle_verification *verification = NULL;
    entitle_status status = entitle_verify(
        keyring, token, strlen(token), &expectation, &verification, NULL);

    if (status == ENTITLE_OK) {
        status = entitle_verification_reason(verification);
    }
    entitle_verification_free(verification);
    return status;
}

/* No assertion in here: cmocka's are for the thread that runs the tests. */
static void *
work(void *argument)
{
    worker *self = argument;
    const shared_input *shared = self->shared;

    for (int i = 0; i < CALL_COUNT; i++) {
        self->valid += judge(shared->keyring, shared->right_token) == ENTITLE_VERIFIED;
        self->refused +=
            judge(shared->keyring, shared->tampered_token) == ENTITLE_BAD_SIGNATURE;
    }
    return NULL;
}

static void
two_threads_share_one_keyring(void **state)
{
    const forge_recipe recipe = { .algorithm = FORGE_PS256 };
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    char *right = forge_token(&recipe);
    char *tampered = forge_tampered(&recipe, 128, 3);
    entitle_keyring *keyring = NULL;
    worker workers[THREAD_COUNT] = { { 0 } };
    pthread_t threads[THREAD_COUNT];

    (void)state;
    assert_int_equal(entitle_keyring_new(NULL, &keyring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(keyring, 1, pem, strlen(pem), NULL), ENTITLE_OK);
    const shared_input shared = { keyring, right, tampered };

    for (size_t i = 0; i < THREAD_COUNT; i++) {
        workers[i].shared = &shared;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    for (size_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(workers[i].valid, CALL_COUNT);
        assert_int_equal(workers[i].refused, CALL_COUNT);
    }
    entitle_keyring_free(keyring);
    free(tampered);
    free(right);
    free(pem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_threads_share_one_keyring),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
