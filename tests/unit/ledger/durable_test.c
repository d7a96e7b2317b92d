/* SPDX-License-Identifier: Apache-2.0 */
#include "faulty_vfs.h"
#include "ledger_bench.h"
#include "support/cmocka.h"

/*
 * What a call reports as done survives a power failure: nothing of the log waits in the
 * kernel's memory. Kills alone would not show it.
 */

static void
add(void)
{
    bench_add_usage(-1, 5);
}

static void
add_with_id(void)
{
    ent_usage_event event = bench_event(0, 2);
    event.id = "use-1";
    bench_add(&event);
}

static void
import(void)
{
    ent_usage_event event = bench_event(-2, 3);
    ent_usage_group group = { .events = &event, .count = 1 };
    bool is_new = false;
    assert_int_equal(ent_ledger_begin(bench.ledger, NULL), ENTITLE_OK);
    assert_int_equal(
        ent_ledger_note_id(bench.ledger, "use-2", event.at_s, &is_new, NULL),
        ENTITLE_OK);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(ent_ledger_commit(bench.ledger, NULL), ENTITLE_OK);
}

static void
fill(void)
{
    const ent_ledger_heartbeat beat = {
        .instance = "pod-1",
        .first_hour_s = BENCH_HOUR - 4 * ENT_LEDGER_HOUR_S,
        .last_hour_s = BENCH_HOUR - ENT_LEDGER_HOUR_S,
        .quantity = 1,
    };
    size_t count = 0;
    ent_usage_event first = bench_event(-4, 1);
    first.key.dimension = "gigabytes";
    bench_add(&first);
    assert_int_equal(
        ent_ledger_fill_hours(bench.ledger, &beat, &count, NULL), ENTITLE_OK);
}

/* The intent to send, before anything is sent. */
static void
take(void)
{
    assert_in_range(bench_take("a"), 3, BENCH_TAKEN_LIMIT);
}

static void
settle(void)
{
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
}

static void
settle_unknown(void)
{
    bench_settle(1, "a", ENT_SETTLED_UNKNOWN);
}

static void
settle_carry(void)
{
    bench_settle(2, "a", ENT_SETTLED_CARRY);
}

static void
adopt(void)
{
    size_t count = 0;
    assert_int_equal(
        ent_ledger_adopt(bench.ledger, "pod-2", bench.now_s + 900, 900, &count, NULL),
        ENTITLE_OK);
    assert_in_range(count, 1, BENCH_TAKEN_LIMIT);
}

static void
expire(void)
{
    size_t count = 0;
    bench_add_usage(-9, 1);
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger,
            false,
            BENCH_HOUR - 6 * ENT_LEDGER_HOUR_S,
            true,
            bench.now_s,
            &count,
            NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
}

static void
prune(void)
{
    size_t count = 0;
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1);
}

static void
what_is_reported_is_on_the_disk(void **state)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } calls[] = {
        { "add", add },
        { "add with an id", add_with_id },
        { "import", import },
        { "fill", fill },
        { "take", take },
        { "settle", settle },
        { "settle as unknown", settle_unknown },
        { "settle by carrying", settle_carry },
        { "adopt", adopt },
        { "expire", expire },
        { "prune", prune },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        long before = faulty_vfs_log_writes();
        calls[i].run();
        if (faulty_vfs_log_writes() == before || !faulty_vfs_log_is_synced()) {
            fail_msg("%s: not on the disk when it returned", calls[i].name);
        }
    }
}

/* What the ledger has noted beside the disk has not happened either. */
static void
a_failed_add_keeps_no_instance_alive(void **state)
{
    ent_usage_event event = bench_event(0, 5);
    ent_usage_group group = { .events = &event, .count = 1 };
    size_t count = 9;
    (void)state;
    faulty_vfs_set(FAULTY_ERRORS, 0);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_IO_ERROR);
    faulty_vfs_set(FAULTY_NOTHING, 0);
    bench_add(&event);
    bench.now_s += 899;
    assert_int_equal(
        ent_ledger_adopt(bench.ledger, "pod-2", bench.now_s, 900, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(count, 0);
}

/* Neither has what joins a record that is there, by one statement. */
static void
a_failed_add_to_a_record_adds_nothing(void **state)
{
    ent_usage_event event = bench_event(0, 5);
    ent_usage_group group = { .events = &event, .count = 1 };
    (void)state;
    bench_add(&event);
    faulty_vfs_set(FAULTY_ERRORS, 0);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_IO_ERROR);
    faulty_vfs_set(FAULTY_NOTHING, 0);
    assert_string_equal(bench_state(), "open=5");
    bench_add(&event);
    assert_string_equal(bench_state(), "open=10");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_reported_is_on_the_disk, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(
            a_failed_add_keeps_no_instance_alive, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(
            a_failed_add_to_a_record_adds_nothing, bench_setup, bench_teardown),
    };
    faulty_vfs_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
