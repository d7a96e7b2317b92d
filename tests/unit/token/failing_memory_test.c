/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Every allocation of loading a key and of verifying a token fails once, whoever makes
 * it: the library, OpenSSL or cJSON. A program of its own, because OpenSSL takes memory
 * functions only before it has allocated anything.
 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/token.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What fails: the allocation of that number, and with `for_good` all after it. */
static struct {
    bool armed;
    bool for_good;
    int64_t failing;
    int64_t count;
    int64_t blocks_in_use;
} memory;

static bool
refused(void)
{
    if (!memory.armed) {
        return false;
    }
    int64_t number = memory.count++;
    return number == memory.failing || (memory.for_good && number > memory.failing);
}

static void *
allocate(size_t size)
{
    void *block = refused() ? NULL : malloc(size);

    memory.blocks_in_use += block != NULL;
    return block;
}

static void
release(void *block)
{
    memory.blocks_in_use -= block != NULL;
    free(block);
}

static void *
openssl_allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return allocate(size);
}

static void *
openssl_reallocate(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (size == 0) {
        release(block);
        return NULL;
    }
    if (refused()) {
        return NULL;
    }
    void *moved = realloc(block, size);
    memory.blocks_in_use += block == NULL && moved != NULL;
    return moved;
}

static void
openssl_release(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    release(block);
}

static void *
runtime_allocate(void *context, size_t size)
{
    (void)context;
    return allocate(size);
}

static void *
runtime_reallocate(void *context, void *block, size_t size)
{
    (void)context;
    return openssl_reallocate(block, size, NULL, 0);
}

static void
runtime_release(void *context, void *block)
{
    (void)context;
    release(block);
}

static fake_runtime fake;
static entitle_keyring *keyring;
static char *pem;
static char *token;

/* One operation: true when it succeeded, false when it ended for want of memory. */
typedef bool operation(void);

static bool
load_keyring(void)
{
    entitle_keyring *loaded = NULL;
    entitle_error error;
    entitle_status status = entitle_keyring_new(&fake.runtime, &loaded, &error);

    if (status == ENTITLE_OK) {
        status = entitle_keyring_add(loaded, 1, pem, strlen(pem), &error);
        assert_int_equal(entitle_keyring_count(loaded), status == ENTITLE_OK);
    } else {
        assert_null(loaded);
    }
    entitle_keyring_free(loaded);
    /* OpenSSL's decoder does not tell a single failure inside it from a bad key. */
    bool may_blame_key = !memory.for_good && status == ENTITLE_KEYS_UNUSABLE;
    if (status != ENTITLE_OK && status != ENTITLE_OUT_OF_MEMORY && !may_blame_key) {
        fail_msg("allocation %d: %s", (int)memory.failing, error.message);
    }
    return status == ENTITLE_OK;
}

static bool
verify_token(void)
{
    entitle_verification *verification = NULL;
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
    };
    entitle_error error;
    entitle_status status = entitle_verify(
        keyring, token, strlen(token), &expectation, &verification, &error);

    if (status != ENTITLE_OK) {
        assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(error.status, ENTITLE_OUT_OF_MEMORY);
        assert_null(verification);
        return false;
    }
    /* Want of memory must not pass as a forgery either. */
    if (!entitle_verification_is_valid(verification)) {
        fail_msg(
            "allocation %d: %s",
            (int)memory.failing,
            entitle_verification_message(verification));
    }
    entitle_verification_free(verification);
    return true;
}

typedef struct outcome {
    bool succeeded;
    bool was_reached; /* that many allocations were made */
    int64_t leaked_blocks;
} outcome;

static outcome
operate_failing(operation *operate, int64_t failing, bool for_good)
{
    int64_t before = memory.blocks_in_use;

    memory.failing = failing;
    memory.for_good = for_good;
    memory.count = 0;
    memory.armed = true;
    bool succeeded = operate();
    memory.armed = false;
    ERR_clear_error();
    return (outcome){
        .succeeded = succeeded,
        .was_reached = memory.count > failing,
        .leaked_blocks = memory.blocks_in_use - before,
    };
}

static void
sweep(operation *operate, bool for_good)
{
    int64_t failing = 0;
    int64_t failures = 0;
    outcome last;

    assert_true(operate());
    do {
        last = operate_failing(operate, failing, for_good);
        if (last.leaked_blocks != 0) {
            /* What OpenSSL looks up and keeps it keeps once; a leak comes again. */
            last = operate_failing(operate, failing, for_good);
        }
        if (last.leaked_blocks != 0) {
            fail_msg(
                "allocation %d: %d blocks leaked",
                (int)failing,
                (int)last.leaked_blocks);
        }
        failures += !last.succeeded;
        failing++;
    } while (last.was_reached);
    assert_true(last.succeeded);
    assert_true(failures > 20);
}

static void
keyring_survives_any_failing_allocation(void **state)
{
    (void)state;
    sweep(load_keyring, false);
    sweep(load_keyring, true);
}

static void
verify_survives_any_failing_allocation(void **state)
{
    (void)state;
    sweep(verify_token, false);
    sweep(verify_token, true);
}

static int
set_up(void **state)
{
    const forge_recipe recipe = { .algorithm = FORGE_PS256 };

    (void)state;
    fake_runtime_init(&fake);
    fake.runtime.allocate = runtime_allocate;
    fake.runtime.reallocate = runtime_reallocate;
    fake.runtime.release = runtime_release;
    token = forge_token(&recipe);
    pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    if (entitle_keyring_new(&fake.runtime, &keyring, NULL) != ENTITLE_OK) {
        return -1;
    }
    return entitle_keyring_add(keyring, 1, pem, strlen(pem), NULL) == ENTITLE_OK ? 0
                                                                                 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    entitle_keyring_free(keyring);
    free(pem);
    free(token);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyring_survives_any_failing_allocation),
        cmocka_unit_test(verify_survives_any_failing_allocation),
    };
    cJSON_Hooks hooks = { .malloc_fn = allocate, .free_fn = release };

    if (CRYPTO_set_mem_functions(
            openssl_allocate, openssl_reallocate, openssl_release) != 1) {
        return EXIT_FAILURE;
    }
    cJSON_InitHooks(&hooks);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
