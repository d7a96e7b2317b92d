/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_rescue.h"
#include "ledger_bench.h"
#include "ledger_file.h"
#include "support/cmocka.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file of which some pages cannot be read, and what is rescued of it. */

static char damaged[LEDGER_FILE_LIMIT];

static void
damage_page(size_t page, int byte)
{
    memcpy(damaged, ledger_file_bytes, ledger_file_size);
    memset(damaged + (page - 1) * LEDGER_FILE_PAGE, byte, LEDGER_FILE_PAGE);
    ledger_file_remove();
    ledger_file_write(ledger_file_path, damaged, ledger_file_size);
}

static entitle_status
rescue(ent_ledger_rescued *out)
{
    return ent_ledger_rescue_sqlite(
        &bench.fake.runtime, ledger_file_path, out, &ledger_file_error);
}

/* The rescued ledger adds up, says what is missing, and goes on. */
static void
check_rescued(size_t page, const ent_ledger_rescued *rescued, int64_t added_before)
{
    static char kept[LEDGER_FILE_LIMIT];
    int64_t added = 0;
    assert_int_equal(ledger_file_read(rescued->kept, kept), ledger_file_size);
    assert_memory_equal(kept, damaged, ledger_file_size);
    if (ledger_file_look(&added) != ENTITLE_OK) {
        fail_msg("page %zu: %s", page, ledger_file_error.message);
    }
    if (rescued->unreadable == 0) {
        assert_int_equal(added, added_before);
    }
    assert_in_range(added, 0, added_before);
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    (void)bench_sums();
    bench_add_usage(0, 5);
    bench.now_s += ENT_LEDGER_HOUR_S;
    assert_true(bench_take("b") > 0);
    bench_settle(0, "b", ENT_SETTLED_ACCEPTED);
    ent_usage_sums sums = bench_sums();
    assert_int_equal(sums.added, added + 5);
    assert_true(sums.by_state[ENT_USAGE_LOST] >= rescued->lost_units);
    bench.now_s -= ENT_LEDGER_HOUR_S;
    ledger_file_close();
}

static void
a_damaged_page_is_found_and_kept_and_the_rest_goes_on(void **state)
{
    (void)state;
    static const int bytes[] = { 0, 0xa5 };
    int64_t before = 0;
    int found = 0;
    int64_t lost = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    for (size_t i = 0; i < 2 * (ledger_file_size / LEDGER_FILE_PAGE - 1); i++) {
        ent_ledger_rescued rescued;
        int64_t added = 0;
        size_t page = 2 + i / 2;
        damage_page(page, bytes[i % 2]);
        entitle_status status = ledger_file_look(&added);
        if (status == ENTITLE_OK) {
            assert_int_equal(added, before);
            continue; /* a page of ids or of nothing that was looked at */
        }
        found++;
        assert_int_equal(status, ENTITLE_IO_ERROR);
        assert_non_null(strstr(ledger_file_error.message, "damaged"));
        damage_page(page, bytes[i % 2]);
        if (rescue(&rescued) != ENTITLE_OK) {
            fail_msg("page %zu: %s", page, ledger_file_error.message);
        }
        check_rescued(page, &rescued, before);
        lost += rescued.lost_units;
    }
    assert_true(found > 6);
    assert_true(lost > 0);
}

static void
without_its_first_page_nothing_is_touched(void **state)
{
    (void)state;
    static char now[LEDGER_FILE_LIMIT];
    ent_ledger_rescued rescued;
    int64_t added = 0;
    ledger_file_fill();
    damage_page(1, 0xa5);
    assert_int_equal(ledger_file_look(&added), ENTITLE_IO_ERROR);
    assert_int_equal(rescue(&rescued), ENTITLE_IO_ERROR);
    assert_string_equal(rescued.kept, "");
    assert_int_equal(ledger_file_read(ledger_file_path, now), ledger_file_size);
    assert_memory_equal(now, damaged, ledger_file_size);
}

static void
a_whole_ledger_is_the_same_after_a_rescue(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    assert_int_equal(rescue(&rescued), ENTITLE_OK);
    assert_int_equal(rescued.records, LEDGER_FILE_KEYS);
    assert_int_equal(rescued.unreadable, 0);
    assert_int_equal(rescued.lost_units + rescued.restored_units, 0);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

static void
an_interrupted_rescue_refuses_until_it_is_done(void **state)
{
    (void)state;
    char whole[128];
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    (void)snprintf(whole, sizeof(whole), "%s.rescued", ledger_file_path);
    ledger_file_write(whole, ledger_file_bytes, ledger_file_size);
    ledger_file_write(ledger_file_path, "broken", 6);
    assert_int_equal(ledger_file_look(&after), ENTITLE_IO_ERROR);
    assert_non_null(strstr(ledger_file_error.message, "interrupted"));
    assert_int_equal(rescue(&rescued), ENTITLE_OK);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

/* Whoever stands in its folder may leave that away. */
static void
a_ledger_is_rescued_by_its_name_alone(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    char folder[64];
    int64_t before = 0;
    int64_t after = 0;
    int elsewhere = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *name = strrchr(ledger_file_path, '/') + 1;
    (void)snprintf(
        folder,
        sizeof(folder),
        "%.*s",
        (int)(name - ledger_file_path),
        ledger_file_path);
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    assert_int_equal(chdir(folder), 0);
    entitle_status status = ent_ledger_rescue_sqlite(
        &bench.fake.runtime, name, &rescued, &ledger_file_error);
    assert_int_equal(fchdir(elsewhere), 0);
    assert_int_equal(close(elsewhere), 0);
    assert_int_equal(status, ENTITLE_OK);
    assert_int_equal(rescued.records, LEDGER_FILE_KEYS);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

/* --- Row by row ------------------------------------------------------------------- */

enum { MANY = 1000, MOST_OF_A_PAGE = 100 };

/* Accepted records on page after page: each has its number there, and nowhere else. */
static void
fill_with_many(void)
{
    char sql[512];
    ledger_file_fill();
    (void)snprintf(
        sql,
        sizeof(sql),
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO record (key, hour, token, state, quantity, added, reason)"
        " SELECT 1, 3600 * i, '', 3, 1, 0, printf('number %%04d of many', i) FROM n;"
        "UPDATE usage_key SET added = added + %d, accepted = accepted + %d WHERE id = "
        "1",
        MANY,
        MANY,
        MANY);
    ledger_file_run(sql);
}

static void
break_rule(const char *which)
{
    char sql[128];
    (void)snprintf(
        sql,
        sizeof(sql),
        "PRAGMA ignore_check_constraints = ON;"
        "UPDATE record SET quantity = -1 WHERE %s",
        which);
    ledger_file_run(sql);
}

/* And what was damaged before stays so. */
static void
damage_page_with(const char *text)
{
    size_t at = 0;
    size_t length = strlen(text);
    ledger_file_size = ledger_file_read(ledger_file_path, ledger_file_bytes);
    while (memcmp(ledger_file_bytes + at, text, length) != 0) {
        at++;
        assert_true(at + length <= ledger_file_size);
    }
    damage_page(at / LEDGER_FILE_PAGE + 1, 0xa5);
}

static void
what_lies_between_two_damaged_pages_is_rescued(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    fill_with_many();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    break_rule("reason = 'number 0500 of many'");
    damage_page_with("number 0300");
    damage_page_with("number 0700");
    assert_int_equal(rescue(&rescued), ENTITLE_OK);
    assert_int_equal(rescued.records + rescued.unreadable, LEDGER_FILE_KEYS + MANY);
    assert_in_range(rescued.unreadable, 2 + 1, 2 * MOST_OF_A_PAGE);
    assert_int_equal(rescued.lost_units + rescued.restored_units, 0);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

/* What an unsent record holds stands there alone. */
static void
a_row_that_breaks_a_rule_is_left_behind(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    break_rule("quantity = 40");
    assert_int_equal(rescue(&rescued), ENTITLE_OK);
    assert_int_equal(rescued.unreadable, 1);
    assert_int_equal(rescued.records, LEDGER_FILE_KEYS - 1);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before - 40);
}

static void
a_table_without_its_column_is_given_up(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    ledger_file_run("ALTER TABLE record RENAME COLUMN id TO number");
    assert_int_equal(ledger_file_look(&after), ENTITLE_INTERNAL_ERROR);
    assert_int_equal(rescue(&rescued), ENTITLE_OK);
    assert_int_equal(rescued.records, 0);
    assert_int_equal(rescued.unreadable, 1);
    assert_true(rescued.lost_units > 0); /* of records that had been settled */
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_in_range(after, rescued.lost_units, before - 1);
}

#define CASE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, ledger_file_begin, ledger_file_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_damaged_page_is_found_and_kept_and_the_rest_goes_on),
        CASE(without_its_first_page_nothing_is_touched),
        CASE(a_whole_ledger_is_the_same_after_a_rescue),
        CASE(an_interrupted_rescue_refuses_until_it_is_done),
        CASE(a_ledger_is_rescued_by_its_name_alone),
        CASE(what_lies_between_two_damaged_pages_is_rescued),
        CASE(a_row_that_breaks_a_rule_is_left_behind),
        CASE(a_table_without_its_column_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
