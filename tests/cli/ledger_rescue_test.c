/* SPDX-License-Identifier: Apache-2.0 */

/* `entitle-usage rescue`: on a ledger with a page that is really damaged, and others.
 */
#include "cli/ledger.h"
#include "support/cmocka.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { HOURS = 200, PAGE = 4096, UNITS = 3 };

static double
number(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* A member of what a command prints as JSON. */
static double
number_of(int want_status, const char *command, const char *name)
{
    child_result result =
        ledger_expect(want_status, LEDGER_ARGUMENTS(command, "--json"), NULL);
    cJSON *json = cJSON_Parse(result.out);
    double found = number(json, name);

    cJSON_Delete(json);
    child_result_clear(&result);
    return found;
}

/* So many records that they take several pages. */
static void
fill(void)
{
    char *lines = calloc(HOURS, 80);
    size_t length = 0;

    assert_non_null(lines);
    for (int i = 0; i < HOURS; i++) {
        length += (size_t)snprintf(
            lines + length,
            80,
            "{\"dimension\":\"requests\",\"quantity\":%d,\"timestamp\":%d}\n",
            UNITS,
            1793491200 + i * 3600);
    }
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS("import", "--instance=task-1"), lines);
    child_result_clear(&result);
    free(lines);
}

/* Exchanges a page's bytes and the ones given: twice is never. */
static void
exchange_page(int64_t page, char bytes[PAGE])
{
    char before[PAGE];
    int file = open(the_ledger.path, O_RDWR | O_CLOEXEC);

    assert_true(file >= 0);
    assert_int_equal(pread(file, before, PAGE, page * PAGE), PAGE);
    assert_int_equal(pwrite(file, bytes, PAGE, page * PAGE), PAGE);
    assert_int_equal(close(file), 0);
    memcpy(bytes, before, PAGE);
}

/* The last page of the file with records in it: those of keys come before them. */
static void
damage(void)
{
    char bytes[PAGE];
    struct stat file;

    assert_int_equal(stat(the_ledger.path, &file), 0);
    memset(bytes, 0xa5, sizeof(bytes));
    for (int64_t page = file.st_size / PAGE - 1; page > 0; page--) {
        exchange_page(page, bytes);
        child_result list = ledger_run(LEDGER_ARGUMENTS("list"), NULL);
        bool has_rows = bytes[0] == 0x0d; /* a leaf of a table, and not of an index */
        bool is_seen = has_rows && list.exit_status == EX_IOERR;

        child_result_clear(&list);
        if (is_seen) {
            return;
        }
        exchange_page(page, bytes);
    }
    fail_msg("no page of records was found");
}

static void
a_damaged_ledger_names_the_command_that_mends_it(void **state)
{
    char kept[SCRATCH_PATH_SIZE + 16];

    (void)state;
    fill();
    damage();
    child_result result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("list"), NULL);
    assert_non_null(strstr(result.err, "the ledger is damaged"));
    assert_non_null(strstr(result.err, "'entitle usage rescue'"));
    child_result_clear(&result);

    result = ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS("rescue", "--json"), NULL);
    cJSON *report = cJSON_Parse(result.out);
    int records = (int)number(report, "records");
    int lost = (int)number(report, "lost_units");
    assert_true(records > 0 && records < HOURS);
    assert_true(number(report, "unreadable") > 0);
    assert_non_null(strstr(result.err, ".damaged-1"));
    cJSON_Delete(report);
    child_result_clear(&result);

    /* It is a ledger again, and adds up. */
    assert_true(number_of(0, "status", "closed") == UNITS * records);
    assert_true(number_of(0, "status", "lost") == lost);
    assert_true(number_of(0, "status", "added") == UNITS * records + lost);
    result = ledger_expect(0, LEDGER_ARGUMENTS("list"), NULL);
    child_result_clear(&result);
    (void)snprintf(kept, sizeof(kept), "%s.damaged-1", the_ledger.path);
    assert_int_equal(access(kept, R_OK), 0);
}

static void
a_whole_ledger_loses_nothing_by_it(void **state)
{
    (void)state;
    fill();
    assert_true(number_of(0, "rescue", "records") == (double)HOURS);
    assert_true(number_of(0, "status", "closed") == UNITS * HOURS);
    child_result result = ledger_expect(0, LEDGER_ARGUMENTS("rescue"), NULL);
    assert_string_equal(
        result.out,
        "records: 200 taken over; units: 0 lost, 0 restored; rows that cannot be read: "
        "0\n");
    child_result_clear(&result);
    assert_true(number_of(0, "status", "added") == UNITS * HOURS);
}

static void
what_is_no_ledger_stays_as_it_is(void **state)
{
    char text[64] = "";

    (void)state;
    child_result result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("rescue"), NULL);
    child_result_clear(&result);
    assert_int_not_equal(access(the_ledger.path, F_OK), 0);

    FILE *file = fopen(the_ledger.path, "we");
    assert_non_null(file);
    assert_true(fputs("a letter\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS("rescue"), NULL);
    child_result_clear(&result);
    file = fopen(the_ledger.path, "re");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, "a letter\n");
}

#define RESCUE_TEST(name)                                                              \
    cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RESCUE_TEST(a_damaged_ledger_names_the_command_that_mends_it),
        RESCUE_TEST(a_whole_ledger_loses_nothing_by_it),
        RESCUE_TEST(what_is_no_ledger_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
