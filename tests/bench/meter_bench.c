/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What it costs to add a use to a meter, beside the least that could be done instead,
 * in short turns A B A B.
 *
 *     meter_bench DIRECTORY EXTRA_US
 *
 * The files are made in that directory: its file system is a part of what is measured,
 * and each fdatasync() takes EXTRA_US longer.
 */
#include "plain_usage.h"
#include "ratios.h"
#include "slow_disk.h"

#include <entitle/meter.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TURNS = 21,
    BUFFERED_TURNS = 41,
    BUFFERED_ADDS = 20000,
    THREADS = 16,
    DIMENSIONS = 100,
    DIMENSION_SIZE = 16,
    LONG_MS = 3600 * 1000
};

static const double TURN_US = 0.1e6;
static const char product_code[] = "benchmarkproduct";
static char dimensions[DIMENSIONS][DIMENSION_SIZE];
static int64_t at_s;

static entitle_meter *
open_meter(const char *directory, const char *name, int64_t buffer_ms)
{
    char path[4096];
    entitle_meter *meter = NULL;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    const entitle_meter_options options = {
        .struct_size = sizeof(options),
        .ledger = path,
        .product_code = product_code,
        .instance = "benchmark",
        .buffer_ms = buffer_ms,
    };
    bench_require(entitle_meter_new(&options, &meter, NULL) == ENTITLE_OK, "no meter");
    return meter;
}

static void
add(entitle_meter *meter, unsigned number)
{
    const entitle_use use = {
        .struct_size = sizeof(use),
        .dimension = dimensions[number % DIMENSIONS],
        .quantity = 1,
        .at_s = at_s,
    };
    bench_require(
        entitle_meter_add(meter, &use, NULL, NULL) == ENTITLE_OK, "no addition");
}

/* --- Durable ------------------------------------------------------------------------
 */

/* Additions of one thread until the turn is over; how many. */
typedef struct adding {
    pthread_t thread;
    entitle_meter *meter;
    double until_us;
    unsigned first;
    unsigned added;
} adding;

static void *
add_until(void *argument)
{
    adding *self = argument;

    while (bench_now_us(CLOCK_MONOTONIC) < self->until_us) {
        add(self->meter, self->first + self->added++);
    }
    return NULL;
}

/* Microseconds of the clock on the wall for each addition. */
static double
time_threads(entitle_meter *meter, size_t count)
{
    adding addings[THREADS];
    double begin = bench_now_us(CLOCK_MONOTONIC);
    unsigned added = 0;

    for (size_t i = 0; i < count; i++) {
        addings[i] = (adding){ .meter = meter,
                               .until_us = begin + TURN_US,
                               .first = (unsigned)i * DIMENSIONS / THREADS };
        bench_require(
            pthread_create(&addings[i].thread, NULL, add_until, &addings[i]) == 0,
            "no thread");
    }
    for (size_t i = 0; i < count; i++) {
        pthread_join(addings[i].thread, NULL);
        added += addings[i].added;
    }
    return (bench_now_us(CLOCK_MONOTONIC) - begin) / added;
}

static double
time_rows(plain_rows *rows)
{
    double begin = bench_now_us(CLOCK_MONOTONIC);
    unsigned added = 0;

    while (bench_now_us(CLOCK_MONOTONIC) < begin + TURN_US) {
        plain_rows_add(rows, dimensions[added++ % DIMENSIONS], at_s);
    }
    return (bench_now_us(CLOCK_MONOTONIC) - begin) / added;
}

static void
compare_durable(entitle_meter *meter, plain_rows *rows)
{
    double ratios[TURNS];

    for (int turn = 0; turn < TURNS; turn++) {
        double ours = time_threads(meter, 1);
        ratios[turn] = time_rows(rows) / ours;
    }
    bench_print_ratio("durable", ratios, TURNS);
}

static void
compare_threads(entitle_meter *meter)
{
    double ratios[TURNS];

    for (int turn = 0; turn < TURNS; turn++) {
        double alone = time_threads(meter, 1);
        ratios[turn] = alone / time_threads(meter, THREADS);
    }
    bench_print_ratio("threads", ratios, TURNS);
}

static void
bench_durable(const char *directory)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/rows", directory);
    entitle_meter *meter = open_meter(directory, "ledger", 0);
    plain_rows *rows = plain_rows_open(path);

    printf("disk sync_us=%.0f\n", slow_disk_sync_us(directory));
    compare_durable(meter, rows);
    compare_threads(meter);
    plain_rows_close(rows);
    bench_require(entitle_meter_free(meter) == ENTITLE_OK, "no end");
}

/* --- Buffered -----------------------------------------------------------------------
 */

static double
time_buffered(entitle_meter *meter)
{
    double begin = bench_now_us(CLOCK_THREAD_CPUTIME_ID);

    for (unsigned i = 0; i < BUFFERED_ADDS; i++) {
        add(meter, i);
    }
    return bench_now_us(CLOCK_THREAD_CPUTIME_ID) - begin;
}

static double
time_sums(plain_sums *sums)
{
    double begin = bench_now_us(CLOCK_THREAD_CPUTIME_ID);

    for (unsigned i = 0; i < BUFFERED_ADDS; i++) {
        plain_sums_add(sums, product_code, dimensions[i % DIMENSIONS], at_s, 1);
    }
    return bench_now_us(CLOCK_THREAD_CPUTIME_ID) - begin;
}

static void
bench_buffered(const char *directory)
{
    double ratios[BUFFERED_TURNS];
    entitle_meter *meter = open_meter(directory, "buffered", LONG_MS);
    plain_sums *sums = plain_sums_new();

    for (int turn = 0; turn < BUFFERED_TURNS; turn++) {
        double ours = time_buffered(meter);
        ratios[turn] = time_sums(sums) / ours;
    }
    bench_print_ratio("buffered", ratios, BUFFERED_TURNS);
    bench_require(
        plain_sums_total(sums) == (int64_t)BUFFERED_TURNS * BUFFERED_ADDS,
        "sums were lost");
    plain_sums_free(sums);
    bench_require(entitle_meter_free(meter) == ENTITLE_OK, "no end");
}

int
main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: meter_bench DIRECTORY EXTRA_US\n");
        return 64;
    }
    for (int i = 0; i < DIMENSIONS; i++) {
        snprintf(dimensions[i], DIMENSION_SIZE, "dimension%02d", i);
    }
    at_s = (int64_t)time(NULL);
    slow_disk_set(strtol(arguments[2], NULL, 10));
    bench_durable(arguments[1]);
    bench_buffered(arguments[1]);
    return EXIT_SUCCESS;
}
