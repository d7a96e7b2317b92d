/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_fixture.h"
#include "support/cmocka.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int
set_up(void **state)
{
    (void)meter_set_up(state);
    meter_open(0, false);
    return 0;
}

/* --- At once ---------------------------------------------------------------------- */

static void
a_use_is_durable_when_the_call_returns(void **state)
{
    (void)state;
    meter_add_use(0, 5);
    meter_assert_account("open=5");
}

static void
the_same_id_counts_once(void **state)
{
    bool counted = false;
    entitle_use use = meter_use(0, 5);
    (void)state;
    use.id = "order-1";
    assert_int_equal(entitle_meter_add(meter, &use, &counted, NULL), ENTITLE_OK);
    assert_true(counted);
    use.quantity = 6;
    assert_int_equal(entitle_meter_add(meter, &use, &counted, NULL), ENTITLE_OK);
    assert_false(counted);
    use.id = "order-2";
    assert_int_equal(entitle_meter_add(meter, &use, &counted, NULL), ENTITLE_OK);
    assert_true(counted);
    meter_assert_account("open=11");
}

/* It names customers: whatever the umask is, it is for its owner alone. */
static void
a_ledger_is_its_owners(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm" };
    char path[128];
    (void)state;
    meter_close(path, sizeof(path));
    assert_int_equal(unlink(path), 0);
    mode_t before = umask(0);
    meter_open(0, false);
    meter_add_use(0, 1);
    umask(before);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[160];
        struct stat about;
        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        assert_int_equal(stat(name, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
}

static void
all_or_none_of_them_count(void **state)
{
    entitle_use uses[] = { meter_use(0, 1), meter_use(0, 2), meter_use(0, -1) };
    const entitle_use *const list[] = { &uses[0], &uses[1], &uses[2] };
    size_t counted = 9;
    size_t culprit = 9;
    (void)state;
    assert_int_equal(
        entitle_meter_add_all(meter, list, 3, &counted, &culprit, &fixture.error),
        ENTITLE_INVALID_INPUT);
    assert_int_equal(culprit, 2);
    assert_int_equal(counted, 0);
    assert_int_equal(strncmp(fixture.error.message, "uses[2]: ", 9), 0);
    meter_assert_account("");

    uses[2].quantity = 4;
    assert_int_equal(
        entitle_meter_add_all(meter, list, 3, &counted, &culprit, NULL), ENTITLE_OK);
    assert_int_equal(counted, 3);
    meter_assert_account("open=7");
    assert_int_equal(
        entitle_meter_add_all(meter, NULL, 0, &counted, NULL, NULL), ENTITLE_OK);
    assert_int_equal(counted, 0);
}

static void
one_set_of_tags_too_many_refuses_all(void **state)
{
    enum { SETS = ENTITLE_USAGE_ALLOCATION_LIMIT };
    static char values[SETS][8];
    static entitle_tag tags[SETS];
    static entitle_use uses[SETS];
    static const entitle_use *list[SETS];
    size_t counted = 9;
    size_t culprit = 9;
    (void)state;
    for (size_t i = 0; i < SETS; i++) {
        (void)snprintf(values[i], sizeof(values[i]), "%zu", i);
        tags[i] = (entitle_tag){ .key = "n", .value = values[i] };
        uses[i] = meter_use(0, 1);
        uses[i].tags = &tags[i];
        uses[i].tag_count = 1;
        list[i] = &uses[i];
    }
    assert_int_equal(
        entitle_meter_add_all(meter, list, SETS, &counted, &culprit, NULL),
        ENTITLE_INVALID_INPUT);
    assert_int_equal(culprit, SETS - 1);
    meter_assert_account("");
    assert_int_equal(
        entitle_meter_add_all(meter, list, SETS - 1, &counted, &culprit, NULL),
        ENTITLE_OK);
    meter_assert_account("open=2499");
}

static void
a_use_of_an_unknown_version_is_refused(void **state)
{
    entitle_use use = meter_use(0, 1);
    (void)state;
    use.struct_size = 1;
    assert_int_equal(
        entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_meter_add(meter, NULL, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
}

static void
without_memory_nothing_counts(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 3; i++) {
        entitle_use use = meter_use(0, 1);
        fixture.fake.fail_allocation = fixture.fake.allocations + i;
        assert_int_equal(
            entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OUT_OF_MEMORY);
        fixture.fake.fail_allocation = -1;
        meter_assert_account("");
    }
}

/* AWS takes one record of a customer's hour: only an instance's uses stand alone. */
static void
by_event_a_customers_uses_are_still_summed_up(void **state)
{
    (void)state;
    meter_open(0, true);
    for (int64_t quantity = 2; quantity <= 3; quantity++) {
        entitle_use use = meter_use(0, quantity);
        use.customer_identifier = "cust-1";
        assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    }
    meter_assert_account("open=5");
    meter_add_use(0, 7);
    meter_assert_account("open=5 closed=7");
}

/* --- Buffered --------------------------------------------------------------------- */

static void
no_more_waits_in_memory_than_the_caller_chose(void **state)
{
    (void)state;
    meter_open(1000, false);
    meter_add_use(0, 1);
    fixture.fake.monotonic_ms += 999;
    meter_add_use(0, 2);
    meter_assert_account("");

    fixture.fake.monotonic_ms += 1;
    meter_add_use(0, 4); /* writes what was there, and begins a new sum */
    meter_assert_account("open=3");
    fixture.fake.monotonic_ms += 999;
    meter_add_use(-1, 8);
    meter_assert_account("open=3");
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    meter_assert_account("open=7 closed=8");
}

/* They cannot be refused any more: their units count, and without tags. */
static void
sets_of_tags_that_an_hour_does_not_take_are_left_away(void **state)
{
    enum { SETS = ENTITLE_USAGE_ALLOCATION_LIMIT + 2 };
    (void)state;
    meter_open(1000, false);
    for (size_t i = 0; i < SETS; i++) {
        char value[8];
        entitle_tag tag = { .key = "n", .value = value };
        entitle_use use = meter_use(0, 1);
        (void)snprintf(value, sizeof(value), "%zu", i);
        use.tags = &tag;
        use.tag_count = 1;
        assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    }
    meter_assert_account("");
    assert_null(strstr(fixture.fake.log, "too many sets of tags"));
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    assert_non_null(strstr(fixture.fake.log, "too many sets of tags"));
    meter_assert_account("open=2502");
}

static void
freeing_writes_what_waits(void **state)
{
    (void)state;
    meter_open(1000, false);
    meter_add_use(0, 5);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    meter = NULL;
    meter_assert_account("open=5");
}

static void
a_write_that_fails_keeps_everything(void **state)
{
    (void)state;
    meter_open(1000, false);
    meter_add_use(0, 5);
    meter_add_use(-1, 3);
    fixture.fake.fail_allocation = fixture.fake.allocations;
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OUT_OF_MEMORY);

    /* Nor does a use count that comes while it cannot be written. */
    entitle_use use = meter_use(0, 100);
    bool counted = true;
    fixture.fake.monotonic_ms += 1000;
    assert_int_equal(
        entitle_meter_add(meter, &use, &counted, NULL), ENTITLE_OUT_OF_MEMORY);
    assert_false(counted);
    fixture.fake.fail_allocation = -1;
    meter_assert_account("");
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    meter_assert_account("open=5 closed=3");
}

/* Stands for a full disk: files may not grow beyond so many bytes. */
static void
limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
what_the_disk_does_not_take_stays_in_memory(void **state)
{
    (void)state;
    meter_open(1000, false);
    meter_add_use(0, 5);
    meter_add_use(-1, 3);
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(0);
    assert_int_equal(entitle_meter_sync(meter, &fixture.error), ENTITLE_IO_ERROR);
    limit_files(RLIM_INFINITY);
    meter_assert_account("");
    assert_int_equal(entitle_meter_sync(meter, &fixture.error), ENTITLE_OK);
    meter_assert_account("open=5 closed=3");
}

static void
a_use_with_an_id_does_not_wait(void **state)
{
    entitle_use use = meter_use(0, 5);
    (void)state;
    meter_open(1000, false);
    use.id = "order-1";
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    meter_assert_account("open=5");
}

static void
rules_hold_for_buffered_uses_too(void **state)
{
    entitle_use use = meter_use(0, 1);
    (void)state;
    meter_open(1000, false);
    meter_add_use(0, 5);
    use.quantity = -1;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_INPUT);
    use.quantity = INT64_C(2147483648);
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_INPUT);
    use = meter_use(0, 1);
    use.at_s += 301;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_INPUT);
    use.at_s -= 1;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    use = meter_use(0, 1);
    use.customer_account = "123456789012"; /* without its licence */
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_INPUT);
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    meter_assert_account("open=6");
}

static void
a_clock_that_was_put_back_is_noticed_when_sums_are_written(void **state)
{
    entitle_use use = meter_use(0, 1);
    (void)state;
    meter_open(1000, false);
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    fixture.fake.wall_ms -= 301 * 1000;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_INVALID_INPUT);
    use.at_s -= 1;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
}

/* --- Imported --------------------------------------------------------------------- */

/* Whose rules hold, too, where an equal use has been taken before. */
static const struct {
    const char *name;
    int64_t ahead_s;
    int64_t quantity;
    const char *identifier;
    const char *account;
    bool is_taken;
} imported[] = {
    { "equal", 0, 3, NULL, NULL, true },
    { "as late as may be", 300, 3, NULL, NULL, true },
    { "later", 301, 3, NULL, NULL, false },
    { "less than nothing", 0, -1, NULL, NULL, false },
    { "too much", 0, INT64_C(2147483648), NULL, NULL, false },
    { "customer", 0, 3, "cust-1", NULL, true },
    { "customer by two names", 0, 3, "cust-1", "123456789012", false },
    { "account without licence", 0, 3, NULL, "123456789012", false },
};

static void
an_import_counts_as_a_whole_or_not_at_all(void **state)
{
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof(imported) / sizeof(imported[0]); i++) {
        entitle_meter_import *import = NULL;
        entitle_use use = meter_use(0, 2);
        use.customer_identifier = imported[i].identifier;
        assert_int_equal(entitle_meter_import_begin(meter, &import, NULL), ENTITLE_OK);
        assert_int_equal(
            entitle_meter_import_add(import, &use, 1, NULL, NULL), ENTITLE_OK);
        use.at_s += imported[i].ahead_s;
        use.quantity = imported[i].quantity;
        use.customer_account = imported[i].account;
        entitle_status status = entitle_meter_import_add(import, &use, 2, NULL, NULL);
        if (status != (imported[i].is_taken ? ENTITLE_OK : ENTITLE_INVALID_INPUT)) {
            fail_msg("%s: %s", imported[i].name, entitle_status_name(status));
        }
        status = entitle_meter_import_commit(import, NULL);
        assert_int_equal(
            status, imported[i].is_taken ? ENTITLE_OK : ENTITLE_INVALID_ARGUMENT);
        entitle_meter_import_free(import);
        meter_assert_account(imported[i].is_taken ? "open=5" : "");
        meter_close(path, sizeof(path));
        assert_int_equal(unlink(path), 0);
        meter_open(0, false);
    }
}

/* Each is a record then. */
static void
an_imported_use_of_agent_core_counts_by_its_id(void **state)
{
    entitle_meter_import *import = NULL;
    entitle_use use = meter_use(0, 5);
    (void)state;
    meter_open(0, true);
    use.id = "order-1";
    assert_int_equal(entitle_meter_import_begin(meter, &import, NULL), ENTITLE_OK);
    for (size_t i = 0; i < 2; i++) {
        bool counted = i > 0;
        assert_int_equal(
            entitle_meter_import_add(import, &use, i, &counted, NULL), ENTITLE_OK);
        assert_int_equal(counted, i == 0);
    }
    assert_int_equal(entitle_meter_import_commit(import, NULL), ENTITLE_OK);
    entitle_meter_import_free(import);
    meter_assert_account("closed=5");
}

static void
a_rescued_ledger_keeps_its_account(void **state)
{
    char path[128];
    entitle_rescue_report report;
    (void)state;
    meter_add_use(-1, 5);
    meter_add_use(0, 2);
    meter_close(path, sizeof(path));
    assert_int_equal(
        entitle_meter_rescue(&fixture.fake.runtime, path, &report, &fixture.error),
        ENTITLE_OK);
    assert_int_equal(report.records, 2);
    assert_int_equal(report.unreadable + report.lost_units + report.restored_units, 0);
    meter_open(0, false);
    meter_assert_account("open=2 closed=5");
    assert_int_equal(
        entitle_meter_rescue(&fixture.fake.runtime, "", &report, &fixture.error),
        ENTITLE_INVALID_ARGUMENT);
    (void)snprintf(path + strlen(path), sizeof(path) - strlen(path), ".damaged-1");
    assert_int_equal(unlink(path), 0);
}

#define ADD(name) cmocka_unit_test_setup_teardown(name, set_up, meter_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ADD(a_use_is_durable_when_the_call_returns),
        ADD(the_same_id_counts_once),
        ADD(a_ledger_is_its_owners),
        ADD(all_or_none_of_them_count),
        ADD(one_set_of_tags_too_many_refuses_all),
        ADD(a_use_of_an_unknown_version_is_refused),
        ADD(without_memory_nothing_counts),
        ADD(by_event_a_customers_uses_are_still_summed_up),
        ADD(no_more_waits_in_memory_than_the_caller_chose),
        ADD(sets_of_tags_that_an_hour_does_not_take_are_left_away),
        ADD(freeing_writes_what_waits),
        ADD(a_write_that_fails_keeps_everything),
        ADD(what_the_disk_does_not_take_stays_in_memory),
        ADD(a_use_with_an_id_does_not_wait),
        ADD(rules_hold_for_buffered_uses_too),
        ADD(a_clock_that_was_put_back_is_noticed_when_sums_are_written),
        ADD(an_import_counts_as_a_whole_or_not_at_all),
        ADD(an_imported_use_of_agent_core_counts_by_its_id),
        ADD(a_rescued_ledger_keeps_its_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
