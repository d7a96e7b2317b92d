/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Uses into one ledger over several connections, each of a process of its own, in
 * batches.
 *
 *     shared_adds LEDGER CONNECTIONS BATCH SECONDS
 *
 * Each use has an id, in the form and the order of a random UUID, and is of one of 100
 * customers and 100 dimensions, in an order of each process's own. Each of them has
 * been used in this hour before. Prints how many were added in a second.
 */
#include "ratios.h"

#include <entitle/meter.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 5, BATCH_LIMIT = 1000, CUSTOMERS = 100, DIMENSIONS = 100 };
enum { APART = 1000003 }; /* the places in that order where processes begin */

typedef struct use_texts {
    char id[48];
    char dimension[16];
    char account[16];
} use_texts;

static use_texts texts[BATCH_LIMIT];
static entitle_use uses[BATCH_LIMIT];
static const entitle_use *pointers[BATCH_LIMIT];

/* Process 0 takes them in turn. */
static void
fill(size_t batch, unsigned process, unsigned *number, int64_t now_s)
{
    for (size_t i = 0; i < batch; i++) {
        use_texts *text = &texts[i];
        unsigned n = (*number)++;
        unsigned spread = process == 0 ? n : (n + process * APART) * 2654435761U >> 8;
        snprintf(
            text->id,
            sizeof(text->id),
            "%08x-0000-4000-8%03x-%04x%08x",
            n * 2654435761U ^ process << 16,
            process & 0xfff,
            (unsigned)getpid() & 0xffff,
            n);
        snprintf(
            text->dimension,
            sizeof(text->dimension),
            "dimension%02u",
            spread % DIMENSIONS);
        snprintf(
            text->account,
            sizeof(text->account),
            "%012u",
            100000000U + spread / DIMENSIONS % CUSTOMERS);
        uses[i] = (entitle_use){ .struct_size = sizeof(uses[i]),
                                 .dimension = text->dimension,
                                 .quantity = 1,
                                 .at_s = now_s,
                                 .customer_account = text->account,
                                 .license_arn = "arn:aws:license-manager::1:license:l",
                                 .id = text->id };
        pointers[i] = &uses[i];
    }
}

static entitle_meter *
open_meter(const char *ledger)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .ledger = ledger,
                                            .product_code = "benchmarkproduct",
                                            .instance = "benchmark" };
    entitle_meter *meter = NULL;
    entitle_error error;

    if (entitle_meter_new(&options, &meter, &error) != ENTITLE_OK) {
        bench_require(false, error.message);
    }
    return meter;
}

static void
add_batch(entitle_meter *meter, size_t batch)
{
    entitle_error error;
    size_t counted = 0;

    if (entitle_meter_add_all(meter, pointers, batch, &counted, NULL, &error) !=
        ENTITLE_OK) {
        bench_require(false, error.message);
    }
}

/* As it is in all but the first moments of an hour: all records are there. */
static void
add_to_each(const char *ledger, int64_t now_s)
{
    entitle_meter *meter = open_meter(ledger);
    unsigned number = 0;

    while (number < CUSTOMERS * DIMENSIONS) {
        fill(BATCH_LIMIT, 0, &number, now_s);
        add_batch(meter, BATCH_LIMIT);
    }
    entitle_meter_free(meter);
}

static unsigned
add(const char *ledger, unsigned process, size_t batch, double seconds, int64_t now_s)
{
    entitle_meter *meter = open_meter(ledger);
    unsigned number = 0;
    double until_us = bench_now_us(CLOCK_MONOTONIC) + seconds * 1e6;

    while (bench_now_us(CLOCK_MONOTONIC) < until_us) {
        fill(batch, process, &number, now_s);
        add_batch(meter, batch);
    }
    entitle_meter_free(meter);
    return number;
}

int
main(int count, char **arguments)
{
    unsigned total = 0;
    if (count != ARGUMENTS) {
        fprintf(stderr, "usage: shared_adds LEDGER CONNECTIONS BATCH SECONDS\n");
        return 64;
    }
    unsigned connections = (unsigned)strtoul(arguments[2], NULL, 10);
    size_t batch = strtoul(arguments[3], NULL, 10);
    double seconds = strtod(arguments[4], NULL);
    bench_require(batch > 0 && batch <= BATCH_LIMIT, "no such batch");
    unsigned *added = mmap(
        NULL,
        connections * sizeof(*added),
        PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS,
        -1,
        0);
    bench_require(added != MAP_FAILED, "no memory");

    int64_t now_s = (int64_t)time(NULL);
    add_to_each(arguments[1], now_s);
    double begin_us = bench_now_us(CLOCK_MONOTONIC);
    for (unsigned i = 0; i < connections; i++) {
        pid_t child = fork();
        bench_require(child >= 0, "no process");
        if (child == 0) {
            added[i] = add(arguments[1], i + 1, batch, seconds, now_s);
            _exit(EXIT_SUCCESS);
        }
    }
    for (unsigned i = 0; i < connections; i++) {
        int status = 0;
        bench_require(wait(&status) > 0 && status == 0, "a process failed");
    }
    double took_s = (bench_now_us(CLOCK_MONOTONIC) - begin_us) / 1e6;
    for (unsigned i = 0; i < connections; i++) {
        total += added[i];
    }
    printf("rate=%.1f\n", total / took_s);
    return EXIT_SUCCESS;
}
