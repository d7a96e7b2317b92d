/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One meter and many threads: some add, two flush, and one looks. What they do at the
 * same time has to count as if they had done it one after the other.
 */
#include "meter_stage.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { ADDERS = 4, FLUSHERS = 2, ADDS = 80, SHARED_IDS = 20 };

static atomic_int adders_left;

typedef struct worker {
    pthread_t thread;
    int counted; /* of the ids that all share */
    bool failed;
} worker;

/* To the hour that is being sent and to the running one in turn. */
static void *
add(void *context)
{
    worker *self = context;

    for (int i = 0; i < ADDS; i++) {
        char id[16];
        bool counted = false;
        entitle_use use = { .struct_size = sizeof(use),
                            .dimension = "requests",
                            .quantity = 1,
                            .at_s = STAGE_NOON_S - i % 2 * STAGE_HOUR_S };
        (void)snprintf(id, sizeof(id), "id-%d", i);
        use.id = i < SHARED_IDS ? id : NULL;
        if (entitle_meter_add(stage.meter, &use, &counted, NULL) != ENTITLE_OK) {
            self->failed = true;
        }
        self->counted += i < SHARED_IDS && counted ? 1 : 0;
    }
    atomic_fetch_sub(&adders_left, 1);
    return NULL;
}

static void *
flush(void *context)
{
    worker *self = context;

    while (atomic_load(&adders_left) > 0) {
        if (entitle_meter_flush(stage.meter, stage.metering, NULL, NULL, NULL) !=
            ENTITLE_OK) {
            self->failed = true;
        }
    }
    return NULL;
}

static bool
check_sums(void *context, const entitle_usage_sums *sums)
{
    int64_t all = 0;

    (void)context;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        all += sums->by_state[i];
    }
    assert_int_equal(all, sums->added);
    return true;
}

static void
look_while_they_add(void)
{
    while (atomic_load(&adders_left) > 0) {
        assert_int_equal(
            entitle_meter_sums(stage.meter, check_sums, NULL, &stage.error),
            ENTITLE_OK);
    }
}

static void
run_all(worker *workers)
{
    atomic_store(&adders_left, ADDERS);
    for (size_t i = 0; i < ADDERS + FLUSHERS; i++) {
        workers[i] = (worker){ .failed = false };
        assert_int_equal(
            pthread_create(
                &workers[i].thread, NULL, i < ADDERS ? add : flush, &workers[i]),
            0);
    }
    look_while_they_add();
    for (size_t i = 0; i < ADDERS + FLUSHERS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
}

static void
assert_all_of_it_counts(void)
{
    worker workers[ADDERS + FLUSHERS];
    char want[64];
    int counted = 0;
    int total = ADDERS * (ADDS - SHARED_IDS) + SHARED_IDS;

    run_all(workers);
    for (size_t i = 0; i < ADDERS + FLUSHERS; i++) {
        assert_false(workers[i].failed);
        counted += workers[i].counted;
    }
    assert_int_equal(counted, SHARED_IDS);
    stage_set_clock(STAGE_NOON_S + 2 * STAGE_HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    (void)snprintf(want, sizeof(want), "accepted=%d | %d", total, total);
    stage_assert_account(want);
}

static void
durable_adds_count_once_beside_flushes(void **state)
{
    (void)state;
    assert_all_of_it_counts();
}

static void
buffered_adds_count_once_beside_flushes(void **state)
{
    (void)state;
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage.buffer_ms = 2;
    stage_open_meter("task-1");
    assert_all_of_it_counts();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(durable_adds_count_once_beside_flushes),
        STAGE_TEST(buffered_adds_count_once_beside_flushes),
    };
    return cmocka_run_group_tests(tests, stage_start, stage_stop);
}
