/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The peer of the sandbox's BatchMeterUsage: SQLite alone, inserting the rows that the
 * sandbox would, by its statement, into its schema with its pragmas, 25 a commit.
 *
 *     sqlite_rate DIRECTORY FIRST SECONDS
 *
 * Prints the commits, the seconds of the processor that they took, and the number of
 * the record that would be next.
 */
#include "base/runtime.h"
#include "state/statements.h"
#include "state/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* As in market.sh. */
enum { CUSTOMERS = 100, DIMENSIONS = 100, HOURS = 23, BATCH = 25, HOUR_S = 3600 };

static double
seconds_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool
insert(sandbox_store *store, uint64_t number, int64_t hour)
{
    char id[40];
    char account[16];
    char dimension[16];
    int64_t ago = (int64_t)(number / DIMENSIONS % HOURS);
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_ADD);

    snprintf(id, sizeof(id), "01234567-89ab-4cde-8f01-%012" PRIx64, number);
    snprintf(
        account,
        sizeof(account),
        "%012u",
        100000000U + (unsigned)(number / DIMENSIONS / HOURS % CUSTOMERS));
    snprintf(
        dimension, sizeof(dimension), "dimension%02u", (unsigned)(number % DIMENSIONS));
    statement_bind_text(statement, 1, id);
    sqlite3_bind_int(statement, 2, 2);
    statement_bind_text(statement, 3, "BatchMeterUsage");
    statement_bind_text(statement, 4, "benchmarkproduct");
    statement_bind_text(statement, 5, account);
    statement_bind_text(statement, 6, "ecs-task/1");
    statement_bind_text(statement, 7, account);
    statement_bind_text(statement, 8, NULL);
    statement_bind_text(statement, 9, NULL);
    statement_bind_text(statement, 10, NULL);
    statement_bind_text(statement, 11, dimension);
    sqlite3_bind_int64(statement, 12, (hour - ago) * HOUR_S);
    sqlite3_bind_int64(statement, 13, hour - ago);
    sqlite3_bind_int64(statement, 14, (int64_t)(number % DIMENSIONS) + 1);
    statement_bind_text(statement, 15, NULL);
    return statement_run(statement);
}

static bool
insert_batch(sandbox_store *store, uint64_t *number, int64_t hour)
{
    if (!store_begin(store)) {
        return false;
    }
    for (int i = 0; i < BATCH; i++) {
        if (!insert(store, (*number)++, hour)) {
            return false;
        }
    }
    return store_commit(store);
}

int
main(int count, char **arguments)
{
    entitle_runtime runtime;
    sandbox_store *store = NULL;
    entitle_error error;
    uint64_t commits = 0;

    if (count != 4) {
        fprintf(stderr, "usage: sqlite_rate DIRECTORY FIRST SECONDS\n");
        return 64;
    }
    if (ent_runtime_fill(&runtime, NULL, &error) != ENTITLE_OK ||
        store_open(&runtime, arguments[1], &store, &error) != ENTITLE_OK) {
        fprintf(stderr, "sqlite_rate: %s\n", error.message);
        return 74;
    }
    uint64_t number = strtoull(arguments[2], NULL, 10);
    const char *ahead = getenv("METER_LOAD_AHEAD_S");
    int64_t hour =
        ((int64_t)time(NULL) + (ahead != NULL ? strtoll(ahead, NULL, 10) : 0)) / HOUR_S;
    double before_s = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double until_s = seconds_of(CLOCK_MONOTONIC) + strtod(arguments[3], NULL);
    while (seconds_of(CLOCK_MONOTONIC) < until_s) {
        if (!insert_batch(store, &number, hour)) {
            fprintf(stderr, "sqlite_rate: an insertion failed\n");
            return 74;
        }
        commits++;
    }
    printf(
        "answered=%" PRIu64 " processor_s=%.4f next=%" PRIu64 "\n",
        commits,
        seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before_s,
        number);
    store_close(store);
    return 0;
}
