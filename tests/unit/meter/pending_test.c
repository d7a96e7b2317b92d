/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/pending.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>

static fake_runtime fake;
static ent_pending *pending;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    pending = ent_pending_new(&fake.runtime);
    return pending != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_pending_free(pending);
    return fake.blocks_in_use == 0 ? 0 : -1;
}

static ent_usage_event
event_of(int64_t quantity)
{
    return (ent_usage_event){
        .key = { .product_code = "prod-1",
                 .dimension = "requests",
                 .customer = "",
                 .license_arn = "",
                 .instance = "pod-1" },
        .at_s = FAKE_NOW_S,
        .quantity = quantity,
        .tags = "",
        .id = "",
        .client_token = "",
    };
}

static void
equal_events_are_one_sum(void **state)
{
    ent_usage_event event = event_of(5);
    (void)state;
    assert_false(ent_pending_find_and_add(pending, &event));
    assert_true(ent_pending_insert(pending, &event, 0));
    event.at_s += 3599;
    assert_true(ent_pending_find_and_add(pending, &event));
    assert_int_equal(ent_pending_count(pending), 1);
    assert_int_equal(ent_pending_event(pending, 0)->quantity, 10);
}

static void
events_that_differ_in_anything_are_kept_apart(void **state)
{
    ent_usage_event events[8];
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        events[i] = event_of(1);
    }
    events[1].key.product_code = "prod-2";
    events[2].key.dimension = "gigabytes";
    events[3].key.form = ENT_CUSTOMER_IDENTIFIER;
    events[4].key.customer = "cust-1";
    events[5].key.license_arn = "arn:1";
    events[6].tags = "[]";
    events[7].at_s += 3600;
    for (size_t i = 0; i < 8; i++) {
        assert_false(ent_pending_find_and_add(pending, &events[i]));
        assert_true(ent_pending_insert(pending, &events[i], 0));
    }
    for (size_t i = 0; i < 8; i++) {
        assert_true(ent_pending_find_and_add(pending, &events[i]));
    }
    assert_int_equal(ent_pending_count(pending), 8);
}

static void
many_keys_are_found_after_it_has_grown(void **state)
{
    enum { COUNT = 5000 };
    char name[16];
    ent_usage_event event = event_of(1);
    (void)state;
    event.key.dimension = name;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            (void)snprintf(name, sizeof(name), "d%d", i);
            assert_int_equal(ent_pending_find_and_add(pending, &event), round);
            assert_true(round == 1 || ent_pending_insert(pending, &event, 0));
        }
    }
    assert_int_equal(ent_pending_count(pending), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(name, sizeof(name), "d%zu", i);
        assert_string_equal(ent_pending_event(pending, i)->key.dimension, name);
        assert_int_equal(ent_pending_event(pending, i)->quantity, 2);
    }
}

static void
it_remembers_when_the_first_use_came(void **state)
{
    ent_usage_event event = event_of(1);
    (void)state;
    assert_int_equal(ent_pending_since_ms(pending), -1);
    assert_true(ent_pending_insert(pending, &event, 100));
    event.key.dimension = "gigabytes";
    assert_true(ent_pending_insert(pending, &event, 200));
    assert_int_equal(ent_pending_since_ms(pending), 100);

    ent_pending_clear(pending);
    assert_int_equal(ent_pending_since_ms(pending), -1);
    assert_false(ent_pending_find_and_add(pending, &event));
    assert_true(ent_pending_insert(pending, &event, 300));
    assert_int_equal(ent_pending_since_ms(pending), 300);
}

static void
a_sum_never_wraps(void **state)
{
    ent_usage_event event = event_of(INT64_MAX - 1);
    (void)state;
    assert_true(ent_pending_insert(pending, &event, 0));
    event.quantity = 1;
    assert_true(ent_pending_find_and_add(pending, &event));
    assert_false(ent_pending_find_and_add(pending, &event));
    assert_int_equal(ent_pending_event(pending, 0)->quantity, INT64_MAX);

    /* What does not fit is a sum of its own. */
    assert_true(ent_pending_insert(pending, &event, 0));
    assert_int_equal(ent_pending_count(pending), 2);
    assert_int_equal(ent_pending_event(pending, 1)->quantity, 1);
}

static void
texts_are_copies(void **state)
{
    char name[] = "requests";
    ent_usage_event event = event_of(1);
    (void)state;
    event.key.dimension = name;
    assert_true(ent_pending_insert(pending, &event, 0));
    name[0] = 'X';
    assert_string_equal(ent_pending_event(pending, 0)->key.dimension, "requests");
}

static void
without_memory_nothing_changes(void **state)
{
    char name[16];
    ent_usage_event event = event_of(1);
    (void)state;
    event.key.dimension = name;
    for (int i = 0; i < 200; i++) {
        size_t before = ent_pending_count(pending);
        (void)snprintf(name, sizeof(name), "d%d", i);
        fake.fail_allocation = fake.allocations;
        assert_false(ent_pending_insert(pending, &event, 0));
        assert_int_equal(ent_pending_count(pending), before);
        fake.fail_allocation = -1;
        assert_true(ent_pending_insert(pending, &event, 0));
    }
    assert_int_equal(ent_pending_count(pending), 200);
}

#define PENDING(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PENDING(equal_events_are_one_sum),
        PENDING(events_that_differ_in_anything_are_kept_apart),
        PENDING(many_keys_are_found_after_it_has_grown),
        PENDING(it_remembers_when_the_first_use_came),
        PENDING(a_sum_never_wraps),
        PENDING(texts_are_copies),
        PENDING(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
