/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a file. */
#include "failing_calls.h"
#include "meter_scenarios.h"
#include "support/cmocka.h"
#include "surroundings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024, PATH_SIZE = 96 };

/* A file of the ledger as it was kept. */
typedef struct kept_file {
    const char *ending;
    char bytes[FILE_LIMIT];
    size_t length;
} kept_file;

static char folder[64];
static char path[PATH_SIZE];
static kept_file database = { .ending = "" };
static kept_file wal = { .ending = "-wal" };

static void
name_file(const char *ending, char out[PATH_SIZE + 32])
{
    (void)snprintf(out, PATH_SIZE + 32, "%s%s", path, ending);
}

static void
remove_files(void)
{
    static const char *const endings[] = { "",
                                           "-wal",
                                           "-shm",
                                           ".sender",
                                           ".rescue",
                                           ".rescued",
                                           ".rescue-wal",
                                           ".rescue-shm",
                                           ".damaged-1",
                                           ".damaged-1-wal",
                                           ".damaged-1-shm",
                                           ".damaged-2",
                                           ".damaged-2-wal",
                                           ".damaged-2-shm" };
    char name[PATH_SIZE + 32];

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        name_file(endings[i], name);
        (void)unlink(name);
    }
}

static void
read_kept(kept_file *file)
{
    char name[PATH_SIZE + 32];

    name_file(file->ending, name);
    FILE *stream = fopen(name, "re");
    assert_non_null(stream);
    file->length = fread(file->bytes, 1, sizeof(file->bytes), stream);
    assert_int_equal(fclose(stream), 0);
}

static void
write_kept(const kept_file *file)
{
    char name[PATH_SIZE + 32];

    name_file(file->ending, name);
    FILE *stream = fopen(name, "we");
    assert_non_null(stream);
    assert_int_equal(fwrite(file->bytes, 1, file->length, stream), file->length);
    assert_int_equal(fclose(stream), 0);
}

/* As a process leaves it that was killed: much of it stands in the log. */
static void
keep(void)
{
    read_kept(&database);
    read_kept(&wal);
    assert_true(wal.length > 0);
}

static void
fill(void)
{
    remove_files();
    write_kept(&database);
    write_kept(&wal);
}

/* --- Rescue ----------------------------------------------------------------------- */

static bool has_unreadable;

static void
prepare_rescue(void)
{
    surroundings_begin();
    fill();
}

static entitle_status
rescue(entitle_error *error)
{
    entitle_rescue_report report = { .records = 0 };
    entitle_status status =
        entitle_meter_rescue(&surroundings.runtime, path, &report, error);

    has_unreadable = report.unreadable > 0;
    assert_true(status != ENTITLE_OK || has_unreadable || report.records == 3);
    return status;
}

/* What a failing disk kept back is counted, and stands in what was kept. */
static void
expect_kept(void)
{
    char name[PATH_SIZE + 32];
    char back[PATH_SIZE + 32];

    assert_string_not_equal(failing_calls_culprit(), "malloc");
    assert_null(strstr(failing_calls_culprit(), "prepare"));
    assert_null(strstr(failing_calls_culprit(), "bind"));
    name_file(".damaged-1", name);
    assert_int_equal(rename(name, path), 0);
    name_file(".damaged-1-wal", name);
    name_file("-wal", back);
    assert_int_equal(rename(name, back), 0);
    meter_scenarios_expect(METER_BEFORE);
}

/* It is as it was, or refuses to open; and all is there once it has been rescued. */
static void
expect_rescued(entitle_status status)
{
    entitle_error error;

    if (status == ENTITLE_OK && has_unreadable) {
        expect_kept();
        return;
    }
    if (status != ENTITLE_OK) {
        meter_scenarios_expect_if_open(METER_BEFORE);
    }
    if (status != ENTITLE_OK &&
        entitle_meter_rescue(&surroundings.runtime, path, NULL, &error) != ENTITLE_OK) {
        fail_msg("again: %s", error.message);
    }
    meter_scenarios_expect(METER_BEFORE);
    char name[PATH_SIZE + 32];
    name_file(".damaged-1", name);
    assert_int_equal(access(name, F_OK), 0);
}

static const fault_scenario rescue_scenarios[] = {
    { "rescue", prepare_rescue, rescue, expect_rescued, remove_files, 151 },
};

int
main(void)
{
    failing_inner_memory_install();
    failing_inner_files_install();
    surroundings_make_folder(folder, sizeof(folder));
    (void)snprintf(path, sizeof(path), "%s/usage.db", folder);
    fault_store_in_use = (fault_store){
        .ledger = path,
        .empty = remove_files,
        .fill = fill,
        .keep = keep,
        .remove = remove_files,
    };
    meter_scenarios_begin();
    int status = fault_sweep("meter", meter_scenarios, meter_scenario_count);
    status += fault_sweep("flush", flush_scenarios, flush_scenario_count);
    /* When the rescued ledger is closed, its log has to have been taken over. */
    fault_sweep_end_with(60);
    status += FAULT_SWEEP("rescue", rescue_scenarios);
    (void)rmdir(folder);
    return status;
}
