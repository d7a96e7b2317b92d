/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_known.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>

enum { MANY = 70000, MORE_THAN_FIT = 65536 };

static fake_runtime fake;
static ent_known_keys known;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    known = (ent_known_keys){ .count = 0 };
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_known_keys_clear(&known, &fake.runtime);
    return fake.blocks_in_use == 0 ? 0 : -1;
}

static ent_usage_key
key_of(const char *dimension)
{
    return (ent_usage_key){ .product_code = "prod-1",
                            .dimension = dimension,
                            .form = ENT_CUSTOMER_IDENTIFIER,
                            .customer = "cust-1",
                            .license_arn = "",
                            .instance = "" };
}

static void
add(const ent_usage_key *key, int64_t id)
{
    ent_known_keys_add(&known, &fake.runtime, key, id);
}

static void
each_part_tells_a_key_from_others(void **state)
{
    (void)state;
    ent_usage_key keys[8];
    for (size_t i = 0; i < 8; i++) {
        keys[i] = key_of("requests");
    }
    keys[1].product_code = "prod-2";
    keys[2].dimension = "request";
    keys[3].form = ENT_CUSTOMER_LICENSE;
    keys[4].customer = "cust-2";
    keys[5].license_arn = "arn:l-1";
    keys[6].instance = "pod-1";
    keys[7].customer = "cust-1r"; /* the texts in a row would be the same */
    keys[7].dimension = "equests";
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ent_known_keys_find(&known, &keys[i]), 0);
        add(&keys[i], (int64_t)i + 1);
    }
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ent_known_keys_find(&known, &keys[i]), i + 1);
    }
    assert_int_equal(known.count, 8);
}

/* By FNV-1a these customers have one hash, and so do the keys that begin with them. */
static void
keys_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    static const char *const customers[] = { "8yn0iYCKYHlIj4-BwPqk",
                                             "GReLUrM4wMqfg9yzV3KQ" };
    ent_usage_key keys[2] = { key_of("requests"), key_of("requests") };
    for (size_t i = 0; i < 2; i++) {
        keys[i].form = ENT_CUSTOMER_OF_INSTANCE; /* which leaves the hash as it is */
        keys[i].customer = customers[i];
    }
    add(&keys[0], 1);
    assert_int_equal(ent_known_keys_find(&known, &keys[1]), 0);
    add(&keys[1], 2);
    assert_int_equal(ent_known_keys_find(&known, &keys[0]), 1);
    assert_int_equal(ent_known_keys_find(&known, &keys[1]), 2);
}

static void
a_key_is_known_once(void **state)
{
    (void)state;
    const ent_usage_key key = key_of("requests");
    add(&key, 7);
    add(&key, 7);
    assert_int_equal(known.count, 1);
    ent_known_keys_clear(&known, &fake.runtime);
    assert_int_equal(ent_known_keys_find(&known, &key), 0);
    add(&key, 8);
    assert_int_equal(ent_known_keys_find(&known, &key), 8);
}

static void
memory_is_bounded_and_what_is_known_is_right(void **state)
{
    (void)state;
    for (int64_t id = 1; id <= MANY; id++) {
        char dimension[16];
        (void)snprintf(dimension, sizeof(dimension), "d%d", (int)id);
        const ent_usage_key key = key_of(dimension);
        add(&key, id);
        assert_int_equal(ent_known_keys_find(&known, &key), id);
        assert_true(known.count <= MORE_THAN_FIT);
        assert_true(known.count <= known.place_count / 2);
    }
    assert_int_equal(known.count, MANY - MORE_THAN_FIT);
    const ent_usage_key first = key_of("d1");
    assert_int_equal(ent_known_keys_find(&known, &first), 0);
}

static void
without_memory_it_is_not_known(void **state)
{
    (void)state;
    const ent_usage_key key = key_of("requests");
    /* Its places, the key itself, nothing. */
    for (int i = 0; i < 3; i++) {
        fake.fail_allocation = fake.allocations + i;
        add(&key, 7);
        assert_int_equal(ent_known_keys_find(&known, &key), i < 2 ? 0 : 7);
        ent_known_keys_clear(&known, &fake.runtime);
    }
}

#define ON_NONE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_NONE(each_part_tells_a_key_from_others),
        ON_NONE(keys_of_one_hash_are_told_apart),
        ON_NONE(a_key_is_known_once),
        ON_NONE(memory_is_bounded_and_what_is_known_is_right),
        ON_NONE(without_memory_it_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
