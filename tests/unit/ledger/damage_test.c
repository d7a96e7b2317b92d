/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite.h"
#include "ledger/sqlite_rescue.h"
#include "ledger/sqlite_schema.h"
#include "ledger/store.h"
#include "ledger_bench.h"
#include "support/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that are damaged, of another version, or no ledger at all. */

enum { PAGE = 4096, KEYS = 40, FILE_LIMIT = 1024 * 1024 };

static char path[64];
static char copy[FILE_LIMIT];
static char damaged[FILE_LIMIT];
static size_t size;
static entitle_error error;

/* --- Files ------------------------------------------------------------------------ */

static void
write_file(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static size_t
read_file(const char *name, char *bytes)
{
    FILE *file = fopen(name, "re");
    assert_non_null(file);
    size_t length = fread(bytes, 1, FILE_LIMIT, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

static void
remove_with(const char *ending)
{
    char name[128];
    (void)snprintf(name, sizeof(name), "%s%s", path, ending);
    (void)unlink(name);
}

static void
remove_files(void)
{
    static const char *const endings[] = { "",           "-wal",           "-shm",
                                           ".damaged-1", ".damaged-1-wal", ".rescue",
                                           ".rescued" };
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        remove_with(endings[i]);
    }
}

static int
begin(void **state)
{
    (void)state;
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    memset(&bench, 0, sizeof(bench));
    fake_runtime_init(&bench.fake);
    bench.now_s = BENCH_HOUR;
    (void)snprintf(path, sizeof(path), "%s/damage-test-XXXXXX", base);
    int file = mkstemp(path);
    return file >= 0 ? close(file) : -1;
}

static int
end(void **state)
{
    (void)state;
    remove_files();
    assert_int_equal(bench.fake.blocks_in_use, 0);
    return 0;
}

static entitle_status
open_ledger(void)
{
    return ent_ledger_open_sqlite(&bench.fake.runtime, path, &bench.ledger, &error);
}

static void
close_ledger(void)
{
    ent_ledger_close(bench.ledger);
    bench.ledger = NULL;
}

/* --- A ledger with something on many pages ---------------------------------------- */

static void
fill(void)
{
    char texts[3][64];
    assert_int_equal(open_ledger(), ENTITLE_OK);
    for (int i = 0; i < KEYS; i++) {
        ent_usage_event event = bench_event(-1 - i % 3, i + 1);
        (void)snprintf(texts[0], sizeof(texts[0]), "a-dimension-of-a-long-name-%d", i);
        (void)snprintf(texts[1], sizeof(texts[1]), "an-id-that-is-rather-long-%d", i);
        (void)snprintf(texts[2], sizeof(texts[2]), "{\"team\":\"number %d\"}", i);
        event.key.dimension = texts[0];
        event.id = texts[1];
        event.tags = texts[2];
        bench_add(&event);
        if (i < KEYS / 2) {
            (void)bench_take("a");
            bench_settle(0, "a", (ent_settlement)(i % 6));
        }
    }
    close_ledger();
    size = read_file(path, copy);
    assert_in_range(size, 10 * PAGE, FILE_LIMIT - 1);
}

static bool
count(void *context, const ent_ledger_record *record)
{
    (void)record;
    ++*(int *)context;
    return true;
}

static bool
add_up(void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    (void)key;
    *(int64_t *)context += units->added;
    return true;
}

/* Everything that a flush and a person look at. */
static entitle_status
look(int64_t *added)
{
    int records = 0;
    *added = 0;
    entitle_status status = open_ledger();
    if (status != ENTITLE_OK) {
        return status;
    }
    status = ent_ledger_sums(bench.ledger, bench.now_s, add_up, added, &error);
    if (status == ENTITLE_OK) {
        status = ent_ledger_list(
            bench.ledger, ENT_USAGE_STATE_COUNT, bench.now_s, count, &records, &error);
    }
    for (int i = 0; status == ENTITLE_OK && i < KEYS; i++) {
        size_t carried = 0;
        status = ent_ledger_expire(
            bench.ledger, false, 0, false, bench.now_s, &carried, &error);
    }
    close_ledger();
    return status;
}

static void
damage_page(size_t page, int byte)
{
    memcpy(damaged, copy, size);
    memset(damaged + (page - 1) * PAGE, byte, PAGE);
    remove_files();
    write_file(path, damaged, size);
}

/* The rescued ledger adds up, says what is missing, and goes on. */
static void
check_rescued(size_t page, const ent_ledger_rescued *rescued, int64_t added_before)
{
    static char kept[FILE_LIMIT];
    int64_t added = 0;
    assert_int_equal(read_file(rescued->kept, kept), size);
    assert_memory_equal(kept, damaged, size);
    if (look(&added) != ENTITLE_OK) {
        fail_msg("page %zu: %s", page, error.message);
    }
    if (rescued->unreadable == 0) {
        assert_int_equal(added, added_before);
    }
    assert_in_range(added, 0, added_before);
    assert_int_equal(open_ledger(), ENTITLE_OK);
    (void)bench_sums();
    bench_add_usage(0, 5);
    bench.now_s += ENT_LEDGER_HOUR_S;
    assert_true(bench_take("b") > 0);
    bench_settle(0, "b", ENT_SETTLED_ACCEPTED);
    ent_usage_sums sums = bench_sums();
    assert_int_equal(sums.added, added + 5);
    assert_true(sums.by_state[ENT_USAGE_LOST] >= rescued->lost_units);
    bench.now_s -= ENT_LEDGER_HOUR_S;
    close_ledger();
}

static void
a_damaged_page_is_found_and_kept_and_the_rest_goes_on(void **state)
{
    (void)state;
    static const int bytes[] = { 0, 0xa5 };
    int64_t before = 0;
    int found = 0;
    int64_t lost = 0;
    fill();
    assert_int_equal(look(&before), ENTITLE_OK);
    for (size_t i = 0; i < 2 * (size / PAGE - 1); i++) {
        ent_ledger_rescued rescued;
        int64_t added = 0;
        size_t page = 2 + i / 2;
        damage_page(page, bytes[i % 2]);
        entitle_status status = look(&added);
        if (status == ENTITLE_OK) {
            assert_int_equal(added, before);
            continue; /* a page of ids or of nothing that was looked at */
        }
        found++;
        assert_int_equal(status, ENTITLE_IO_ERROR);
        assert_non_null(strstr(error.message, "damaged"));
        damage_page(page, bytes[i % 2]);
        if (ent_ledger_rescue_sqlite(&bench.fake.runtime, path, &rescued, &error) !=
            ENTITLE_OK) {
            fail_msg("page %zu: %s", page, error.message);
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
    static char now[FILE_LIMIT];
    ent_ledger_rescued rescued;
    int64_t added = 0;
    fill();
    damage_page(1, 0xa5);
    assert_int_equal(look(&added), ENTITLE_IO_ERROR);
    assert_int_equal(
        ent_ledger_rescue_sqlite(&bench.fake.runtime, path, &rescued, &error),
        ENTITLE_IO_ERROR);
    assert_string_equal(rescued.kept, "");
    assert_int_equal(read_file(path, now), size);
    assert_memory_equal(now, damaged, size);
}

static void
a_whole_ledger_is_the_same_after_a_rescue(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    fill();
    assert_int_equal(look(&before), ENTITLE_OK);
    assert_int_equal(
        ent_ledger_rescue_sqlite(&bench.fake.runtime, path, &rescued, &error),
        ENTITLE_OK);
    assert_int_equal(rescued.records, KEYS);
    assert_int_equal(rescued.unreadable, 0);
    assert_int_equal(rescued.lost_units + rescued.restored_units, 0);
    assert_int_equal(look(&after), ENTITLE_OK);
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
    fill();
    assert_int_equal(look(&before), ENTITLE_OK);
    (void)snprintf(whole, sizeof(whole), "%s.rescued", path);
    write_file(whole, copy, size);
    write_file(path, "broken", 6);
    assert_int_equal(look(&after), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "interrupted"));
    assert_int_equal(
        ent_ledger_rescue_sqlite(&bench.fake.runtime, path, &rescued, &error),
        ENTITLE_OK);
    assert_int_equal(look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

/* --- Versions --------------------------------------------------------------------- */

static void
run(const char *text)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static void
a_newer_version_is_refused(void **state)
{
    (void)state;
    int64_t added = 0;
    fill();
    run("PRAGMA user_version = 4");
    assert_int_equal(look(&added), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "newer version"));
    run("PRAGMA user_version = 3");
    assert_int_equal(look(&added), ENTITLE_OK);
}

/* One of before customers were kept has nothing unreadable. */
static void
an_older_version_is_rescued_as_it_is(void **state)
{
    (void)state;
    ent_ledger_rescued rescued;
    int64_t before = 0;
    int64_t after = 0;
    fill();
    assert_int_equal(look(&before), ENTITLE_OK);
    run("DROP TABLE customer; DROP TABLE former_customer; PRAGMA user_version = 1");
    assert_int_equal(
        ent_ledger_rescue_sqlite(&bench.fake.runtime, path, &rescued, &error),
        ENTITLE_OK);
    assert_int_equal(rescued.unreadable, 0);
    assert_int_equal(look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
}

static void
make_another_database(void)
{
    run("CREATE TABLE mine (a)");
}

static void
make_text(void)
{
    static const char text[] = "dimension,quantity\nrequests,1\n";
    write_file(path, text, sizeof(text) - 1);
}

/* Which SQLite takes for nothing. */
static void
make_letter(void)
{
    write_file(path, "x", 1);
}

static void
make_noise(void)
{
    memset(damaged, 0xa5, sizeof(damaged));
    write_file(path, damaged, 10 * PAGE);
}

static void
make_newer(void)
{
    fill();
    run("PRAGMA user_version = 1000");
}

/* Its neighbour: what is empty becomes a ledger. */
static void
what_is_no_ledger_is_refused_and_left_as_it_is(void **state)
{
    static const struct {
        void (*make)(void);
        const char *message;
    } files[] = {
        { make_another_database, "is a database, but not a ledger" },
        { make_text, "the file is not a ledger" },
        { make_letter, "is not a ledger" },
        { make_noise, "the file is not a ledger" },
        { make_newer, "newer version" },
    };
    int64_t added = 0;
    (void)state;
    assert_int_equal(look(&added), ENTITLE_OK);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        remove_files();
        files[i].make();
        size = read_file(path, copy);
        assert_int_equal(look(&added), ENTITLE_IO_ERROR);
        assert_non_null(strstr(error.message, files[i].message));
        assert_int_equal(read_file(path, damaged), size);
        assert_memory_equal(damaged, copy, size);
    }
}

static bool
make_folder(void)
{
    return mkdir(path, 0700) == 0;
}

static bool
make_pipe(void)
{
    return mkfifo(path, 0600) == 0;
}

static bool
make_link_to_nothing(void)
{
    return symlink("nowhere", path) == 0;
}

/* And not a disk that fails. */
static void
what_is_no_file_is_called_so(void **state)
{
    static const struct {
        bool (*make)(void);
        const char *message;
    } kinds[] = {
        { make_folder, "is not a file" },
        { make_pipe, "is not a file" },
        { make_link_to_nothing, "cannot be reached: No such file" },
    };
    int64_t added = 0;
    (void)state;
    remove_files();
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        assert_true(kinds[i].make());
        assert_int_equal(look(&added), ENTITLE_IO_ERROR);
        assert_non_null(strstr(error.message, kinds[i].message));
        assert_int_equal(remove(path), 0);
    }
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
    fill();
    assert_int_equal(open_ledger(), ENTITLE_OK);
    ent_sqlite *ledger = (ent_sqlite *)((ent_store *)bench.ledger)->sql;
    assert_int_equal(ent_sqlite_migrate_to(ledger, steps, 4, &error), ENTITLE_OK);
    assert_int_equal(ent_sqlite_migrate_to(ledger, steps, 4, &error), ENTITLE_OK);
    bench_add_usage(0, 5);
    assert_int_equal(bench_sums().added, KEYS * (KEYS + 1) / 2 + 5);
    close_ledger();

    run("UPDATE record SET note = note");
    assert_int_equal(look(&added), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "newer version"));
}

/* What the second version had, with usage in it, goes on in the third. */
static void
an_older_ledger_goes_on(void **state)
{
    (void)state;
    int64_t before = 0;
    int64_t after = 0;
    fill();
    assert_int_equal(look(&before), ENTITLE_OK);
    run("DROP INDEX record_hour;"
        "CREATE INDEX record_sent ON record (key, hour, token) WHERE state <> 0;"
        "CREATE INDEX record_held ON record (key) WHERE state < 3;"
        "PRAGMA user_version = 2");
    assert_int_equal(look(&after), ENTITLE_OK);
    assert_int_equal(after, before);
    run("DROP INDEX record_hour");
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
    fill();
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_not_equal(
        ent_sqlite_migrate_to(
            (ent_sqlite *)((ent_store *)bench.ledger)->sql, steps, 4, &error),
        ENTITLE_OK);
    bench_add_usage(0, 5);
    close_ledger();
    assert_int_equal(open_ledger(), ENTITLE_OK);
    close_ledger();
    run("ALTER TABLE record ADD COLUMN note TEXT"); /* which is not there yet */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_damaged_page_is_found_and_kept_and_the_rest_goes_on),
        CASE(without_its_first_page_nothing_is_touched),
        CASE(a_whole_ledger_is_the_same_after_a_rescue),
        CASE(an_interrupted_rescue_refuses_until_it_is_done),
        CASE(a_newer_version_is_refused),
        CASE(what_is_no_ledger_is_refused_and_left_as_it_is),
        CASE(what_is_no_file_is_called_so),
        CASE(an_older_version_is_rescued_as_it_is),
        CASE(an_older_version_is_brought_up_to_date_once),
        CASE(an_older_ledger_goes_on),
        CASE(a_step_that_fails_leaves_the_older_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
