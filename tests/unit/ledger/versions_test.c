/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_rescue.h"
#include "ledger/sqlite_schema.h"
#include "ledger/store.h"
#include "ledger_bench.h"
#include "ledger_file.h"
#include "support/cmocka.h"

#include <string.h>

/* Ledgers of other versions. */

static void
a_newer_version_is_refused(void **state)
{
    (void)state;
    int64_t added = 0;
    ledger_file_fill();
    ledger_file_run("PRAGMA user_version = 4");
    assert_int_equal(ledger_file_look(&added), ENTITLE_IO_ERROR);
    assert_non_null(strstr(ledger_file_error.message, "newer version"));
    ledger_file_run("PRAGMA user_version = 3");
    assert_int_equal(ledger_file_look(&added), ENTITLE_OK);
}

/* One of before customers were kept has nothing unreadable. */
static void
an_older_version_is_rescued_as_it_is(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    ledger_file_run(
        "DROP TABLE customer; DROP TABLE former_customer; PRAGMA user_version = 1");
    assert_int_equal(
        ent_ledger_rescue_sqlite(
            &bench.fake.runtime, ledger_file_path, &rescued, &ledger_file_error),
        ENTITLE_OK);
    assert_int_equal(rescued.unreadable, 0);
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

/* Only the last step may run: the tables of the others are there. */
static void
an_older_version_is_brought_up_to_date_once(void **state)
{
    (void)state;
    static const char *const steps[] = {
        "CREATE TABLE record (made, up)",
        "CREATE TABLE usage_key (made, up)",
        "CREATE TABLE customer (made, up)",
        "ALTER TABLE record ADD COLUMN note TEXT NOT NULL DEFAULT 'new'",
    };
    int64_t added = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    ent_sqlite *ledger = (ent_sqlite *)((ent_store *)bench.ledger)->sql;
    assert_int_equal(
        ent_sqlite_migrate_to(ledger, steps, 4, &ledger_file_error), ENTITLE_OK);
    assert_int_equal(
        ent_sqlite_migrate_to(ledger, steps, 4, &ledger_file_error), ENTITLE_OK);
    bench_add_usage(0, 5);
    assert_int_equal(
        bench_sums().added, LEDGER_FILE_KEYS * (LEDGER_FILE_KEYS + 1) / 2 + 5);
    ledger_file_close();

    ledger_file_run("UPDATE record SET note = note");
    assert_int_equal(ledger_file_look(&added), ENTITLE_IO_ERROR);
    assert_non_null(strstr(ledger_file_error.message, "newer version"));
}

/* What the second version had, with usage in it, goes on in the third. */
static void
an_older_ledger_goes_on(void **state)
{
    (void)state;
    int64_t before = 0;
    int64_t after = 0;
    ledger_file_fill();
    assert_int_equal(ledger_file_look(&before), ENTITLE_OK);
    ledger_file_run(
        "DROP INDEX record_hour;"
        "CREATE INDEX record_sent ON record (key, hour, token) WHERE state <> 0;"
        "CREATE INDEX record_held ON record (key) WHERE state < 3;"
        "PRAGMA user_version = 2");
    assert_int_equal(ledger_file_look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
    ledger_file_run("DROP INDEX record_hour");
}

static void
a_step_that_fails_leaves_the_older_version(void **state)
{
    (void)state;
    static const char *const steps[] = {
        "SELECT 1",
        "SELECT 2",
        "SELECT 3",
        "ALTER TABLE record ADD COLUMN note TEXT; ALTER TABLE nothing RENAME TO any",
    };
    ledger_file_fill();
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    assert_int_not_equal(
        ent_sqlite_migrate_to(
            (ent_sqlite *)((ent_store *)bench.ledger)->sql,
            steps,
            4,
            &ledger_file_error),
        ENTITLE_OK);
    bench_add_usage(0, 5);
    ledger_file_close();
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    ledger_file_close();
    ledger_file_run(
        "ALTER TABLE record ADD COLUMN note TEXT"); /* which is not there yet */
}

#define CASE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, ledger_file_begin, ledger_file_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_newer_version_is_refused),
        CASE(an_older_version_is_rescued_as_it_is),
        CASE(an_older_version_is_brought_up_to_date_once),
        CASE(an_older_ledger_goes_on),
        CASE(a_step_that_fails_leaves_the_older_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
