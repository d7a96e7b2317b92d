/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_file.h"

#include "ledger/sqlite.h"
#include "support/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char ledger_file_path[64];
char ledger_file_bytes[LEDGER_FILE_LIMIT];
size_t ledger_file_size;
entitle_error ledger_file_error;

/* --- Files ------------------------------------------------------------------------ */

void
ledger_file_write(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

size_t
ledger_file_read(const char *name, char *bytes)
{
    FILE *file = fopen(name, "re");
    assert_non_null(file);
    size_t length = fread(bytes, 1, LEDGER_FILE_LIMIT, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

static void
remove_with(const char *ending)
{
    char name[128];
    (void)snprintf(name, sizeof(name), "%s%s", ledger_file_path, ending);
    (void)unlink(name);
}

void
ledger_file_remove(void)
{
    static const char *const endings[] = { "",           "-wal",           "-shm",
                                           ".damaged-1", ".damaged-1-wal", ".rescue",
                                           ".rescued" };
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        remove_with(endings[i]);
    }
}

int
ledger_file_begin(void **state)
{
    (void)state;
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    memset(&bench, 0, sizeof(bench));
    fake_runtime_init(&bench.fake);
    bench.now_s = BENCH_HOUR;
    (void)snprintf(
        ledger_file_path, sizeof(ledger_file_path), "%s/damage-test-XXXXXX", base);
    int file = mkstemp(ledger_file_path);
    return file >= 0 ? close(file) : -1;
}

int
ledger_file_end(void **state)
{
    (void)state;
    ledger_file_remove();
    assert_int_equal(bench.fake.blocks_in_use, 0);
    return 0;
}

void
ledger_file_run(const char *text)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(ledger_file_path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* --- The ledger in it --------------------------------------------------------------
 */

entitle_status
ledger_file_open(void)
{
    return ent_ledger_open_sqlite(
        &bench.fake.runtime, ledger_file_path, &bench.ledger, &ledger_file_error);
}

void
ledger_file_close(void)
{
    ent_ledger_close(bench.ledger);
    bench.ledger = NULL;
}

void
ledger_file_fill(void)
{
    char texts[3][64];
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    for (int i = 0; i < LEDGER_FILE_KEYS; i++) {
        ent_usage_event event = bench_event(-1 - i % 3, i + 1);
        (void)snprintf(texts[0], sizeof(texts[0]), "a-dimension-of-a-long-name-%d", i);
        (void)snprintf(texts[1], sizeof(texts[1]), "an-id-that-is-rather-long-%d", i);
        (void)snprintf(texts[2], sizeof(texts[2]), "{\"team\":\"number %d\"}", i);
        event.key.dimension = texts[0];
        event.id = texts[1];
        event.tags = texts[2];
        bench_add(&event);
        if (i < LEDGER_FILE_KEYS / 2) {
            (void)bench_take("a");
            bench_settle(0, "a", (ent_settlement)(i % 6));
        }
    }
    ledger_file_close();
    ledger_file_size = ledger_file_read(ledger_file_path, ledger_file_bytes);
    assert_in_range(ledger_file_size, 10 * LEDGER_FILE_PAGE, LEDGER_FILE_LIMIT - 1);
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

entitle_status
ledger_file_look(int64_t *added)
{
    int records = 0;
    *added = 0;
    entitle_status status = ledger_file_open();
    if (status != ENTITLE_OK) {
        return status;
    }
    status =
        ent_ledger_sums(bench.ledger, bench.now_s, add_up, added, &ledger_file_error);
    if (status == ENTITLE_OK) {
        status = ent_ledger_list(
            bench.ledger,
            ENT_USAGE_STATE_COUNT,
            bench.now_s,
            count,
            &records,
            &ledger_file_error);
    }
    for (int i = 0; status == ENTITLE_OK && i < LEDGER_FILE_KEYS; i++) {
        size_t carried = 0;
        status = ent_ledger_expire(
            bench.ledger, false, 0, false, bench.now_s, &carried, &ledger_file_error);
    }
    ledger_file_close();
    return status;
}
