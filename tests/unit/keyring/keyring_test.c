/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/keyring.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"

#include <stdlib.h>
#include <string.h>

typedef struct fixture {
    fake_runtime fake;
    entitle_keyring *keyring;
    char *pem;
} fixture;

static int
set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));

    if (f == NULL) {
        return -1;
    }
    fake_runtime_init(&f->fake);
    f->pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    *state = f;
    return entitle_keyring_new(&f->fake.runtime, &f->keyring, NULL) == ENTITLE_OK ? 0
                                                                                  : -1;
}

static int
tear_down(void **state)
{
    fixture *f = *state;

    entitle_keyring_free(f->keyring);
    int64_t leaked = f->fake.blocks_in_use;
    free(f->pem);
    free(f);
    return leaked == 0 ? 0 : -1;
}

static entitle_status
add(fixture *f, uint32_t version, entitle_error *error)
{
    return entitle_keyring_add(f->keyring, version, f->pem, strlen(f->pem), error);
}

static void
ring_sorts_by_version_descending(void **state)
{
    static const uint32_t versions[] = { 7, 1, INT32_MAX, 20, 3 };
    static const uint32_t want[] = { INT32_MAX, 20, 7, 3, 1 };
    fixture *f = *state;

    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(add(f, versions[i], NULL), ENTITLE_OK);
    }

    assert_int_equal(entitle_keyring_count(f->keyring), 5);
    for (size_t i = 0; i < 5; i++) {
        const entitle_key *key = entitle_keyring_at(f->keyring, i);
        assert_int_equal(entitle_key_version(key), want[i]);
        assert_ptr_equal(entitle_keyring_find(f->keyring, want[i]), key);
    }
    assert_null(entitle_keyring_at(f->keyring, 5));
    assert_null(entitle_keyring_find(f->keyring, 2));
    assert_null(entitle_keyring_find(f->keyring, 0));
}

static void
ring_refuses_version_twice(void **state)
{
    fixture *f = *state;
    entitle_error error;

    assert_int_equal(add(f, 1, NULL), ENTITLE_OK);
    assert_int_equal(add(f, 1, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "key version 1 is given twice"));
    assert_int_equal(add(f, 2, NULL), ENTITLE_OK);
    assert_int_equal(entitle_keyring_count(f->keyring), 2);
}

static void
ring_refuses_versions_outside_its_range(void **state)
{
    static const struct {
        uint32_t version;
        entitle_status want;
    } cases[] = {
        { 0, ENTITLE_INVALID_ARGUMENT },
        { 1, ENTITLE_OK },
        { 2147483647, ENTITLE_OK },
        { 2147483648, ENTITLE_INVALID_ARGUMENT },
        { UINT32_MAX, ENTITLE_INVALID_ARGUMENT },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(add(f, cases[i].version, NULL), cases[i].want);
    }
}

static void
ring_holds_256_keys(void **state)
{
    fixture *f = *state;
    entitle_error error;

    for (uint32_t version = 1; version <= ENT_KEYRING_CAPACITY; version++) {
        assert_int_equal(add(f, version, NULL), ENTITLE_OK);
    }
    assert_int_equal(add(f, ENT_KEYRING_CAPACITY + 1, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "more than 256 keys"));
    assert_int_equal(entitle_keyring_count(f->keyring), ENT_KEYRING_CAPACITY);
}

static void
ring_is_unchanged_by_a_refused_key(void **state)
{
    fixture *f = *state;

    assert_int_equal(
        entitle_keyring_add(f->keyring, 1, "x", 1, NULL), ENTITLE_KEYS_UNUSABLE);
    assert_int_equal(entitle_keyring_count(f->keyring), 0);
    assert_int_equal(add(f, 1, NULL), ENTITLE_OK);
}

static void
ring_refuses_missing_arguments(void **state)
{
    fixture *f = *state;

    assert_int_equal(entitle_keyring_new(NULL, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_keyring_add(NULL, 1, "x", 1, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_keyring_add(f->keyring, 1, NULL, 1, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(entitle_keyring_count(NULL), 0);
    assert_null(entitle_keyring_at(NULL, 0));
    assert_null(entitle_keyring_find(NULL, 1));
    entitle_keyring_free(NULL);
}

static void
key_of_a_sandbox_is_told_by_its_exponent(void **state)
{
    fixture *f = *state;
    char *pem = forge_pem(forge_pkey(FORGE_KEY_SANDBOX), FORGE_SPKI);

    assert_int_equal(add(f, 1, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(f->keyring, 2, pem, strlen(pem), NULL), ENTITLE_OK);
    assert_false(entitle_key_is_sandbox(entitle_keyring_find(f->keyring, 1)));
    assert_true(entitle_key_is_sandbox(entitle_keyring_find(f->keyring, 2)));
    free(pem);
}

static void
absorb_moves_all_or_none(void **state)
{
    fixture *f = *state;
    entitle_keyring *other = NULL;

    assert_int_equal(entitle_keyring_new(&f->fake.runtime, &other, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(other, 1, f->pem, strlen(f->pem), NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(other, 3, f->pem, strlen(f->pem), NULL), ENTITLE_OK);
    assert_int_equal(add(f, 1, NULL), ENTITLE_OK);

    assert_int_equal(
        ent_keyring_absorb(f->keyring, other, NULL), ENTITLE_KEYS_UNUSABLE);
    assert_int_equal(entitle_keyring_count(f->keyring), 1);
    assert_int_equal(entitle_keyring_count(other), 2);
    entitle_keyring_free(other);
}

#define RING_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RING_TEST(ring_sorts_by_version_descending),
        RING_TEST(ring_refuses_version_twice),
        RING_TEST(ring_refuses_versions_outside_its_range),
        RING_TEST(ring_holds_256_keys),
        RING_TEST(ring_is_unchanged_by_a_refused_key),
        RING_TEST(ring_refuses_missing_arguments),
        RING_TEST(key_of_a_sandbox_is_told_by_its_exponent),
        RING_TEST(absorb_moves_all_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
