/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "ledger/sqlite.h"
#include "ledger_bench.h"
#include "support/cmocka.h"
#include "support/private_disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A real disk that is full or cannot be written, and processes that share a ledger. */

enum { ATTEMPTS = 4000, PROCESSES = 4, ROUNDS = 5, ADDS = 20 };

static char folder[64];
static char path[96];
static char ballast[96];
static bool is_private;
static entitle_error error;

static int
begin(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof(bench));
    fake_runtime_init(&bench.fake);
    bench.now_s = BENCH_HOUR;
    (void)snprintf(folder, sizeof(folder), "/tmp/ledger-disk-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/usage.db", folder);
    (void)snprintf(ballast, sizeof(ballast), "%s/ballast", folder);
    if (is_private) {
        private_disk_mount(folder, "1m");
    }
    return 0;
}

static int
end(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm" };
    (void)state;
    ent_ledger_close(bench.ledger);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        (void)unlink(name);
    }
    if (is_private) {
        private_disk_unmount(folder);
    }
    assert_int_equal(bench.fake.blocks_in_use, 0);
    return rmdir(folder);
}

static void
need_disk(void)
{
    if (!is_private) {
        skip();
    }
}

static entitle_status
open_ledger(void)
{
    return ent_ledger_open_sqlite(&bench.fake.runtime, path, &bench.ledger, &error);
}

/* A dimension of its own, so that each needs room. */
static entitle_status
try_to_add(int number)
{
    char dimension[32];
    ent_usage_event event = bench_event(0, 1);
    ent_usage_group group = { .events = &event, .count = 1 };
    (void)snprintf(dimension, sizeof(dimension), "dimension-%d", number);
    event.key.dimension = dimension;
    return ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error);
}

static void
a_full_disk_refuses_and_goes_on_when_there_is_room(void **state)
{
    (void)state;
    need_disk();
    int added = 0;
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(try_to_add(added++), ENTITLE_OK);
    private_disk_fill(ballast);
    while (try_to_add(added) == ENTITLE_OK) {
        added++;
        assert_true(added < ATTEMPTS);
    }
    assert_int_equal(error.status, ENTITLE_IO_ERROR);
    assert_int_equal(bench_sums().added, added);

    assert_int_equal(unlink(ballast), 0);
    assert_int_equal(try_to_add(added++), ENTITLE_OK);
    assert_int_equal(bench_sums().added, added);
    ent_ledger_close(bench.ledger);
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(bench_sums().added, added);
}

static void
a_read_only_disk_is_refused_and_keeps_what_is_there(void **state)
{
    (void)state;
    need_disk();
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(try_to_add(0), ENTITLE_OK);
    ent_ledger_close(bench.ledger);
    bench.ledger = NULL;
    private_disk_set_read_only(folder);
    if (open_ledger() == ENTITLE_OK) {
        assert_int_not_equal(try_to_add(1), ENTITLE_OK);
    }
    assert_int_equal(error.status, ENTITLE_IO_ERROR);
    ent_ledger_close(bench.ledger);
    bench.ledger = NULL;
    private_disk_set_writable(folder);
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(bench_sums().added, 1);
    assert_int_equal(try_to_add(1), ENTITLE_OK);
}

/* With a clock that goes by itself: they wait for each other. */
static void
be_one_of_many(void)
{
    entitle_runtime real;
    if (ent_runtime_fill(&real, NULL, &error) != ENTITLE_OK ||
        ent_ledger_open_sqlite(&real, path, &bench.ledger, &error) != ENTITLE_OK) {
        (void)fprintf(stderr, "open: %s\n", error.message);
        _exit(1);
    }
    for (int i = 0; i < ADDS; i++) {
        if (try_to_add(i % 3) != ENTITLE_OK) {
            (void)fprintf(stderr, "add: %s\n", error.message);
            _exit(2);
        }
    }
    ent_ledger_close(bench.ledger);
    _exit(0);
}

/* All of them make the file, and all of them write into it. */
static void
processes_that_make_one_ledger_at_once_share_it(void **state)
{
    (void)state;
    pid_t pids[PROCESSES];
    for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < PROCESSES; i++) {
            pids[i] = fork();
            assert_true(pids[i] >= 0);
            if (pids[i] == 0) {
                be_one_of_many();
            }
        }
        for (int i = 0; i < PROCESSES; i++) {
            int status = 0;
            assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
            assert_int_equal(status, 0);
        }
        assert_int_equal(open_ledger(), ENTITLE_OK);
        assert_int_equal(bench_sums().added, PROCESSES * ADDS);
        ent_ledger_close(bench.ledger);
        bench.ledger = NULL;
        assert_int_equal(unlink(path), 0);
    }
}

/* While another one writes. */
static entitle_status
try_to_add_beside(int64_t interrupt_after)
{
    ent_ledger *writer = NULL;
    assert_int_equal(
        ent_ledger_open_sqlite(&bench.fake.runtime, path, &writer, &error), ENTITLE_OK);
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(ent_ledger_begin(writer, &error), ENTITLE_OK);
    bench.fake.slept_ms = 0;
    bench.fake.interrupt_after = interrupt_after;
    entitle_status status = try_to_add(0);
    bench.fake.interrupt_after = -1;
    ent_ledger_abandon(writer);
    ent_ledger_close(writer);
    return status;
}

static void
waiting_for_another_one_ends_after_10_s(void **state)
{
    (void)state;
    assert_int_equal(try_to_add_beside(-1), ENTITLE_IO_ERROR);
    assert_int_equal(bench.fake.slept_ms, 10000);
    assert_int_equal(try_to_add(0), ENTITLE_OK);
    assert_int_equal(bench_sums().added, 1);
}

static void
waiting_for_another_one_can_be_interrupted(void **state)
{
    (void)state;
    assert_int_equal(try_to_add_beside(2), ENTITLE_INTERRUPTED);
    assert_in_range(bench.fake.slept_ms, 100, 200);
    assert_int_equal(try_to_add(0), ENTITLE_OK);
    assert_int_equal(bench_sums().added, 1);
}

/* To change to a log of changes wants the file alone, and SQLite does not wait then. */
static void
whoever_reads_a_file_that_has_no_log_yet_is_waited_for(void **state)
{
    (void)state;
    sqlite3 *reader = NULL;
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(reader, "BEGIN; SELECT * FROM sqlite_master", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(open_ledger(), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "locked by another process for 10 s"));
    assert_int_equal(bench.fake.slept_ms, 10000);

    bench.fake.interrupt_after = 2;
    assert_int_equal(open_ledger(), ENTITLE_INTERRUPTED);
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);
    bench.fake.interrupt_after = -1;
    assert_int_equal(open_ledger(), ENTITLE_OK);
    assert_int_equal(bench_sums().added, 0);
}

/* SQLite has a name of its own for what is nowhere. */
static void
no_path_means_memory(void **state)
{
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(
        ent_ledger_open_sqlite(&bench.fake.runtime, ":memory:", &bench.ledger, &error),
        ENTITLE_OK);
    bench_add_usage(0, 5);
    ent_ledger_close(bench.ledger);
    assert_int_equal(
        ent_ledger_open_sqlite(&bench.fake.runtime, ":memory:", &bench.ledger, &error),
        ENTITLE_OK);
    assert_int_equal(bench_sums().added, 5);
    ent_ledger_close(bench.ledger);
    bench.ledger = NULL;
    assert_int_equal(unlink(":memory:"), 0);
    assert_int_equal(chdir(before), 0);
}

static void
a_path_longer_than_any_file_has_is_refused(void **state)
{
    char name[8192];
    (void)state;
    memset(name, '/', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(
        ent_ledger_open_sqlite(&bench.fake.runtime, name, &bench.ledger, &error),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(bench.ledger);
    assert_int_equal(open_ledger(), ENTITLE_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_full_disk_refuses_and_goes_on_when_there_is_room),
        CASE(a_read_only_disk_is_refused_and_keeps_what_is_there),
        CASE(processes_that_make_one_ledger_at_once_share_it),
        CASE(waiting_for_another_one_ends_after_10_s),
        CASE(waiting_for_another_one_can_be_interrupted),
        CASE(whoever_reads_a_file_that_has_no_log_yet_is_waited_for),
        CASE(no_path_means_memory),
        CASE(a_path_longer_than_any_file_has_is_refused),
    };
    is_private = private_disk_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
