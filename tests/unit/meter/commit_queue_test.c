/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Uses from many threads, some of them refused, go into few transactions, and each
 * thread learns what became of its own. Meant for TSan, too.
 */
#include "ledger/backend.h"
#include "meter/commit_queue.h"
#include "support/cmocka.h"

#include <stdio.h>

enum { THREADS = 16, ROUNDS = 200 };

/* A store that counts, and refuses what has an odd quantity. */
typedef struct counting_store {
    ent_ledger base; /* first */
    int64_t units;
    int64_t transactions;
    size_t most_groups;
    bool fails;
} counting_store;

static entitle_status
add(ent_ledger *ledger,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error)
{
    counting_store *store = (counting_store *)ledger;
    (void)now_s;
    store->transactions++;
    if (store->fails) {
        error->status = ENTITLE_IO_ERROR;
        (void)snprintf(error->message, sizeof(error->message), "no room");
        return ENTITLE_IO_ERROR;
    }
    store->most_groups =
        group_count > store->most_groups ? group_count : store->most_groups;
    for (size_t i = 0; i < group_count; i++) {
        int64_t quantity = groups[i].events[0].quantity;
        bool is_refused = quantity % 2 != 0;
        groups[i].refusal = is_refused ? ENT_REFUSED_TAGS : ENT_REFUSED_NOT;
        groups[i].counted = is_refused ? 0 : 1;
        store->units += is_refused ? 0 : quantity;
    }
    return ENTITLE_OK;
}

static const ent_ledger_backend backend = { .add = add };
static counting_store store;
static pthread_mutex_t ledger_lock = PTHREAD_MUTEX_INITIALIZER;
static ent_commit_queue queue;

static int
set_up(void **state)
{
    (void)state;
    store = (counting_store){ .base = { .backend = &backend } };
    return ent_commit_queue_init(&queue, &store.base, &ledger_lock) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_commit_queue_clear(&queue);
    return 0;
}

/* cmocka's assertions jump, which only the first thread may do: the others count. */
static void *
work(void *context)
{
    size_t *as_expected = context;
    for (int i = 0; i < ROUNDS; i++) {
        bool is_odd = i % 2 != 0;
        ent_usage_event event = { .quantity = is_odd ? 1 : 2 };
        ent_usage_group group = { .events = &event, .count = 1 };
        entitle_error error = { 0 };
        entitle_status status = ent_commit_queue_add(&queue, &group, 1, &error);
        *as_expected += status == ENTITLE_OK && group.counted == (is_odd ? 0 : 1) &&
                        group.refusal == (is_odd ? ENT_REFUSED_TAGS : ENT_REFUSED_NOT);
    }
    return NULL;
}

static void
each_thread_learns_what_became_of_its_own(void **state)
{
    pthread_t threads[THREADS];
    size_t as_expected[THREADS] = { 0 };
    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, &as_expected[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(as_expected[i], ROUNDS);
    }
    assert_int_equal(store.units, THREADS * ROUNDS);
    assert_in_range(store.transactions, 1, THREADS * ROUNDS);
    assert_in_range(store.most_groups, 1, THREADS);
}

static void
a_failure_of_the_store_is_everybodys(void **state)
{
    ent_usage_event event = { .quantity = 2 };
    ent_usage_group group = { .events = &event, .count = 1 };
    entitle_error error = { 0 };
    (void)state;
    store.fails = true;
    assert_int_equal(ent_commit_queue_add(&queue, &group, 1, &error), ENTITLE_IO_ERROR);
    assert_string_equal(error.message, "no room");
    assert_int_equal(ent_commit_queue_add(&queue, &group, 1, NULL), ENTITLE_IO_ERROR);
    store.fails = false;
    assert_int_equal(ent_commit_queue_add(&queue, &group, 1, &error), ENTITLE_OK);
    assert_int_equal(store.units, 2);
}

#define QUEUE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        QUEUE(each_thread_learns_what_became_of_its_own),
        QUEUE(a_failure_of_the_store_is_everybodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
