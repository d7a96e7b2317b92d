/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One meter and many threads: some add, two flush, and one looks. Then meters of one
 * ledger that are opened and closed beside each other. What they do at the same time
 * has to count as if they had done it one after the other.
 */
#include "meter_stage.h"
#include "support/aws_environment.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
    ADDERS = 4,
    FLUSHERS = 2,
    ADDS = 80,
    SHARED_IDS = 20,
    LIVES = 5,
    ADDS_OF_A_LIFE = 12
};

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

static bool
pass_record(void *context, const entitle_ledger_record *record)
{
    (void)context;
    assert_true(record->hour_s > 0);
    return true;
}

static bool
pass_customer(void *context, const entitle_ledger_customer *customer)
{
    (void)context;
    assert_non_null(customer->account);
    return true;
}

static void
look_while_they_add(void)
{
    bool any = false;
    int64_t hour_s = 0;

    while (atomic_load(&adders_left) > 0) {
        assert_int_equal(
            entitle_meter_sums(stage.meter, check_sums, NULL, &stage.error),
            ENTITLE_OK);
        assert_int_equal(
            entitle_meter_list(
                stage.meter, ENTITLE_USAGE_OPEN, pass_record, NULL, &stage.error),
            ENTITLE_OK);
        assert_int_equal(
            entitle_meter_customers(stage.meter, pass_customer, NULL, &stage.error),
            ENTITLE_OK);
        assert_int_equal(
            entitle_meter_oldest_unsent(stage.meter, &any, &hour_s, &stage.error),
            ENTITLE_OK);
    }
}

static void
run_all(worker *workers, void *(*adding)(void *), void *(*flushing)(void *))
{
    atomic_store(&adders_left, ADDERS);
    for (size_t i = 0; i < ADDERS + FLUSHERS; i++) {
        workers[i] = (worker){ .failed = false };
        assert_int_equal(
            pthread_create(
                &workers[i].thread, NULL, i < ADDERS ? adding : flushing, &workers[i]),
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

    run_all(workers, add, flush);
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

/* --- Meters that come and go ------------------------------------------------------ */

static int64_t
wall_ms(void *context)
{
    (void)context;
    return stage.now_s * 1000;
}

static const entitle_runtime own_runtime = { .struct_size = sizeof(own_runtime),
                                             .wall_ms = wall_ms,
                                             .environment = aws_environment };

/* Every third use is a customer's, so that flushes have batches under way, too. */
static bool
add_for_a_life(entitle_meter *meter)
{
    bool is_good = true;

    for (int i = 0; i < ADDS_OF_A_LIFE; i++) {
        const entitle_use use = { .struct_size = sizeof(use),
                                  .dimension = "requests",
                                  .quantity = 1,
                                  .at_s = STAGE_NOON_S - i % 2 * STAGE_HOUR_S,
                                  .customer_identifier =
                                      i % 3 == 0 ? "cust-0001" : NULL };
        is_good = entitle_meter_add(meter, &use, NULL, NULL) == ENTITLE_OK && is_good;
    }
    return is_good;
}

/* The last life's uses are still in memory when it ends. */
static void *
open_add_and_close(void *context)
{
    worker *self = context;
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .runtime = &own_runtime,
                                            .ledger = stage.ledger,
                                            .product_code = stage.sandbox.product_code,
                                            .instance = "task-1",
                                            .buffer_ms = 60 * 1000 };

    for (int i = 0; i < LIVES; i++) {
        entitle_meter *meter = NULL;
        if (entitle_meter_new(&options, &meter, NULL) != ENTITLE_OK) {
            self->failed = true;
            break;
        }
        self->failed = !add_for_a_life(meter) || self->failed;
        self->failed = entitle_meter_free(meter) != ENTITLE_OK || self->failed;
    }
    atomic_fetch_sub(&adders_left, 1);
    return NULL;
}

static void *
flush_with_a_client_of_its_own(void *context)
{
    worker *self = context;
    const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                      .environment = aws_environment };
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &runtime,
                                               .endpoint = stage.sandbox.url };
    entitle_metering *metering = NULL;

    self->failed = entitle_metering_new(&options, &metering, NULL) != ENTITLE_OK;
    while (!self->failed && atomic_load(&adders_left) > 0) {
        self->failed =
            entitle_meter_flush(stage.meter, metering, NULL, NULL, NULL) != ENTITLE_OK;
    }
    entitle_metering_free(metering);
    return NULL;
}

static void
meters_come_and_go_beside_flushes(void **state)
{
    char want[64];
    int total = ADDERS * LIVES * ADDS_OF_A_LIFE;
    worker workers[ADDERS + FLUSHERS];
    (void)state;

    run_all(workers, open_add_and_close, flush_with_a_client_of_its_own);
    for (size_t i = 0; i < ADDERS + FLUSHERS; i++) {
        assert_false(workers[i].failed);
    }
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
        STAGE_TEST(meters_come_and_go_beside_flushes),
    };
    return cmocka_run_group_tests(tests, stage_start, stage_stop);
}
