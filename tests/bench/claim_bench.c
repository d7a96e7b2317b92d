/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What it costs to claim customers' records from one ledger, beside another with less
 * behind it, in turns A B A B.
 *
 *     claim_bench LEDGER_A LEDGER_B
 *
 * Each turn adds to each 500 uses that are due, of 50 customers, and times their claim
 * alone.
 */
#include "base/buffer.h"
#include "base/runtime.h"
#include "ledger/postgres.h"
#include "ledger/sqlite.h"
#include "ratios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 61, RECORDS = 500, DIMENSIONS = 10, HOUR_S = 3600, LEASE_S = 300 };

static entitle_runtime runtime;
static ent_ledger_verdict verdicts[RECORDS];
static size_t taken;

static ent_ledger *
open_ledger(const char *name)
{
    ent_ledger *ledger = NULL;
    entitle_error error;
    entitle_status status =
        strncmp(name, "postgresql:", 11) == 0
            ? ent_ledger_open_postgres(&runtime, name, &ledger, &error)
            : ent_ledger_open_sqlite(&runtime, name, &ledger, &error);
    bench_require(status == ENTITLE_OK, "no ledger");
    return ledger;
}

static void
add_due(ent_ledger *ledger, int turn, int64_t now_s)
{
    static char dimensions[RECORDS][24];
    static char customers[RECORDS][24];
    static ent_usage_event events[RECORDS];

    for (int i = 0; i < RECORDS; i++) {
        snprintf(dimensions[i], sizeof(dimensions[i]), "due%d", i % DIMENSIONS);
        snprintf(
            customers[i], sizeof(customers[i]), "customer-%d-%d", turn, i / DIMENSIONS);
        events[i] = (ent_usage_event){
            .key = { .product_code = "benchmarkproduct",
                     .dimension = dimensions[i],
                     .form = ENT_CUSTOMER_IDENTIFIER,
                     .customer = customers[i],
                     .license_arn = "",
                     .instance = "" },
            .at_s = now_s - 2 * HOUR_S,
            .quantity = 1,
            .tags = "",
            .id = "",
            .client_token = "",
        };
    }
    ent_usage_group group = { .events = events, .count = RECORDS };
    bench_require(
        ent_ledger_add(ledger, &group, 1, now_s, NULL) == ENTITLE_OK &&
            group.counted == RECORDS,
        "no addition");
}

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    struct ent_buffer *request)
{
    (void)context;
    (void)record;
    (void)tags;
    (void)tag_count;
    return ent_buffer_append_text(
        request,
        "{\"Timestamp\":1794308400,\"CustomerIdentifier\":\"customer-1\","
        "\"Dimension\":\"dimension0001\",\"Quantity\":1}");
}

static void
note(void *context, const ent_ledger_record *record)
{
    (void)context;
    verdicts[taken++] = (ent_ledger_verdict){ .record = record->id,
                                              .settlement = ENT_SETTLED_ACCEPTED,
                                              .text = "0123" };
}

/* Microseconds of a claim. What it took is accepted afterwards. */
static double
time_claim(ent_ledger *ledger, int turn)
{
    int64_t now_s = (int64_t)time(NULL);
    const ent_ledger_claim claim = {
        .with_customers = true, .owner = "benchmark", .now_s = now_s, .lease_s = LEASE_S
    };
    add_due(ledger, turn, now_s);
    taken = 0;
    double begin_us = bench_now_us(CLOCK_MONOTONIC);
    entitle_status status =
        ent_ledger_take(ledger, &claim, RECORDS, freeze, note, NULL, NULL);
    double took_us = bench_now_us(CLOCK_MONOTONIC) - begin_us;
    bench_require(status == ENTITLE_OK && taken == RECORDS, "no claim");
    bench_require(
        ent_ledger_settle(ledger, claim.owner, verdicts, taken, now_s, NULL) ==
            ENTITLE_OK,
        "not settled");
    return took_us;
}

int
main(int count, char **arguments)
{
    double ratios[TURNS];
    if (count != 3) {
        fprintf(stderr, "usage: claim_bench LEDGER_A LEDGER_B\n");
        return 64;
    }
    bench_require(ent_runtime_fill(&runtime, NULL, NULL) == ENTITLE_OK, "no runtime");
    ent_ledger *many = open_ledger(arguments[1]);
    ent_ledger *few = open_ledger(arguments[2]);
    (void)time_claim(many, TURNS);
    (void)time_claim(few, TURNS);
    for (int turn = 0; turn < TURNS; turn++) {
        double of_many = time_claim(many, turn);
        ratios[turn] = of_many / time_claim(few, turn);
    }
    bench_print_ratio("claim", ratios, TURNS);
    ent_ledger_close(many);
    ent_ledger_close(few);
    return EXIT_SUCCESS;
}
