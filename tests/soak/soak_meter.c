/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: soak_meter SANDBOX LEDGER PRODUCT CUSTOMERS_PRODUCT CUSTOMERS
 *
 * Two meters on one ledger in one process, one of which buffers: threads that add to
 * them, and threads that flush them, by a clock that runs faster than the machine's.
 * Orders on standard input: `ahead SECONDS` (what the clock is ahead of the machine's),
 * `prune`, `report`, `finish` (adds no more, and sends all). Ends with its input.
 */
#include "soak_orders.h"
#include "support/aws_environment.h"

#include <entitle.h>
#include <entitle/meter.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    METERS = 2,
    ADDERS = 3,
    PAUSE_MS = 10,
    FLUSH_PAUSE_MS = 700,
    DEADLINE_MS = 4000,
    BUFFER_MS = 40,
    HOUR_S = 3600,
    KEPT_S = 26 * HOUR_S,
    NAME_SIZE = 48
};

typedef struct meter_flusher {
    pthread_t thread;
    entitle_meter *meter;
    entitle_metering *service;
} meter_flusher;

typedef struct meter_adder {
    pthread_t thread;
    entitle_meter *meter;
    int index;
    unsigned turn;
    char id[NAME_SIZE];
    char customer[NAME_SIZE];
} meter_adder;

static struct {
    const char *url;
    const char *ledger;
    const char *product;
    const char *customers_product;
    unsigned customers;
} place;

static atomic_llong ahead_s;
static atomic_bool is_over;
static atomic_llong known_units; /* that were said to count */
static atomic_long uses, flushes, flushes_failed;
static atomic_llong accepted, pruned;

static meter_flusher flushers[METERS];
static meter_adder adders[ADDERS];

/* --- Surroundings ----------------------------------------------------------------- */

static int64_t
wall_ms(void *context)
{
    (void)context;
    return soak_real_ms() + atomic_load(&ahead_s) * 1000;
}

static const entitle_runtime meter_runtime = { .struct_size = sizeof(meter_runtime),
                                               .wall_ms = wall_ms };

/* The sandbox's `Date` and its check of signatures stay in the present. */
static const entitle_runtime service_runtime = { .struct_size = sizeof(service_runtime),
                                                 .environment = aws_environment };

/* --- Adding ----------------------------------------------------------------------- */

static const entitle_tag tags[] = { { .key = "team", .value = "blue" },
                                    { .key = "team", .value = "red" } };

/*
 * In turns of this instance's own and of a customer's; of now, and of hours before,
 * which may have been sent; and every other one with an id, which comes twice.
 */
static entitle_use
next_use(meter_adder *self)
{
    static const char *const dimensions[] = { "requests", "gigabytes" };
    unsigned turn = self->turn++;
    entitle_use use = { .struct_size = sizeof(use),
                        .product_code = place.product,
                        .dimension = dimensions[turn % 2],
                        .quantity = 1 + turn % 7 };

    if (turn % 4 < 2) {
        use.product_code = place.customers_product;
        use.dimension = "pages";
        use.customer_identifier = self->customer;
        (void)snprintf(
            self->customer,
            sizeof(self->customer),
            "cust-%u",
            turn / 4 % place.customers);
    } else if (turn % 3 > 0) {
        use.tags = &tags[turn % 2];
        use.tag_count = 1;
    }
    if (turn % 5 == 0) {
        use.at_s = wall_ms(NULL) / 1000 - turn % 3 * HOUR_S;
    }
    if (turn % 8 < 4) {
        (void)snprintf(
            self->id,
            sizeof(self->id),
            "use-%d-%u",
            self->index,
            turn / 8 * 8 + turn % 2);
        use.id = self->id;
    }
    return use;
}

static void *
add_repeatedly(void *context)
{
    meter_adder *self = context;
    entitle_error error;

    while (!atomic_load(&is_over)) {
        entitle_use use = next_use(self);
        bool counted = false;
        if (entitle_meter_add(self->meter, &use, &counted, &error) != ENTITLE_OK) {
            soak_complain("a use was not taken: %s", error.message);
        }
        atomic_fetch_add(&known_units, counted ? use.quantity : 0);
        atomic_fetch_add(&uses, 1);
        soak_sleep_ms(PAUSE_MS);
    }
    return NULL;
}

/* --- Flushing --------------------------------------------------------------------- */

static bool
flush(meter_flusher *self, bool is_final)
{
    const entitle_flush_options options = { .struct_size = sizeof(options),
                                            .final = is_final };
    entitle_flush_report report = { .sent = 0 };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status =
        entitle_meter_flush(self->meter, self->service, &options, &report, &error);

    atomic_fetch_add(&flushes, 1);
    atomic_fetch_add(&flushes_failed, status != ENTITLE_OK ? 1 : 0);
    atomic_fetch_add(&accepted, (long long)report.accepted);
    if (status != ENTITLE_OK &&
        entitle_status_category(status) != ENTITLE_CATEGORY_UNAVAILABLE) {
        soak_complain("a flush: %s", error.message);
    }
    if (report.rejected + report.lost > 0) {
        soak_complain(
            "records: %" PRIu64 " rejected, %" PRIu64 " lost",
            report.rejected,
            report.lost);
    }
    return status == ENTITLE_OK;
}

static void *
flush_repeatedly(void *context)
{
    meter_flusher *self = context;

    while (!atomic_load(&is_over)) {
        (void)flush(self, false);
        soak_sleep_ms(FLUSH_PAUSE_MS);
    }
    return NULL;
}

/* --- Orders ----------------------------------------------------------------------- */

static void
stop_threads(void)
{
    if (atomic_exchange(&is_over, true)) {
        return;
    }
    for (int i = 0; i < ADDERS; i++) {
        (void)pthread_join(adders[i].thread, NULL);
    }
    for (int i = 0; i < METERS; i++) {
        (void)pthread_join(flushers[i].thread, NULL);
    }
}

/* Which of the two sends the rest does not matter. */
static void
finish(void)
{
    entitle_error error;

    stop_threads();
    if (entitle_meter_sync(flushers[1].meter, &error) != ENTITLE_OK) {
        soak_complain("the last writing: %s", error.message);
    }
    for (int i = 0; i < 10 && !flush(&flushers[0], true); i++) {
    }
}

static void
prune(void)
{
    uint64_t count = 0;
    entitle_error error;

    if (entitle_meter_prune(
            flushers[0].meter, wall_ms(NULL) / 1000 - KEPT_S, &count, &error) !=
        ENTITLE_OK) {
        soak_complain("pruning: %s", error.message);
    }
    atomic_fetch_add(&pruned, (long long)count);
}

static bool
sum_up(void *context, const entitle_usage_sums *sums)
{
    int64_t *units = context;

    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        units[i] += sums->by_state[i];
    }
    units[ENTITLE_USAGE_STATES] += sums->added;
    return true;
}

static void
answer_report(void)
{
    int64_t units[ENTITLE_USAGE_STATES + 1] = { 0 };
    entitle_error error;

    if (entitle_meter_sums(flushers[0].meter, sum_up, units, &error) != ENTITLE_OK) {
        soak_complain("the sums: %s", error.message);
    }
    (void)printf("{\"added\":%" PRId64, units[ENTITLE_USAGE_STATES]);
    for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
        (void)printf(
            ",\"%s\":%" PRId64,
            entitle_usage_state_name((entitle_usage_state)i),
            units[i]);
    }
    (void)printf(
        ",\"known\":%lld,\"uses\":%ld,\"flushes\":%ld,\"flushes_failed\":%ld,"
        "\"records\":%lld,\"pruned\":%lld,\"complaints\":%ld,\"first\":\"%s\"}\n",
        atomic_load(&known_units),
        atomic_load(&uses),
        atomic_load(&flushes),
        atomic_load(&flushes_failed),
        atomic_load(&accepted),
        atomic_load(&pruned),
        soak_complaints(),
        soak_first_complaint());
}

static void
obey_orders(void)
{
    char line[SOAK_LINE_SIZE];

    while (soak_read_order(line)) {
        if (strncmp(line, "ahead ", 6) == 0) {
            atomic_store(&ahead_s, strtoll(line + 6, NULL, 10));
        } else if (strcmp(line, "prune") == 0) {
            prune();
        } else if (strcmp(line, "finish") == 0) {
            finish();
        }
        answer_report();
        (void)fflush(stdout);
    }
}

/* --- Set-up ----------------------------------------------------------------------- */

static bool
open_meter(meter_flusher *self, int64_t buffer_ms)
{
    const entitle_meter_options ledger = { .struct_size = sizeof(ledger),
                                           .runtime = &meter_runtime,
                                           .ledger = place.ledger,
                                           .product_code = place.product,
                                           .instance = "soak",
                                           .buffer_ms = buffer_ms };
    const entitle_metering_options service = { .struct_size = sizeof(service),
                                               .runtime = &service_runtime,
                                               .endpoint = place.url,
                                               .deadline_ms = DEADLINE_MS };
    entitle_error error;

    if (entitle_meter_new(&ledger, &self->meter, &error) != ENTITLE_OK ||
        entitle_metering_new(&service, &self->service, &error) != ENTITLE_OK) {
        (void)fprintf(stderr, "soak_meter: %s\n", error.message);
        return false;
    }
    return true;
}

static bool
start_threads(void)
{
    for (int i = 0; i < METERS; i++) {
        if (pthread_create(&flushers[i].thread, NULL, flush_repeatedly, &flushers[i]) !=
            0) {
            return false;
        }
    }
    for (int i = 0; i < ADDERS; i++) {
        adders[i] = (meter_adder){ .meter = flushers[i % METERS].meter, .index = i };
        if (pthread_create(&adders[i].thread, NULL, add_repeatedly, &adders[i]) != 0) {
            return false;
        }
    }
    return true;
}

int
main(int argument_count, char **arguments)
{
    char line[SOAK_LINE_SIZE];

    if (argument_count != 6) {
        return 64;
    }
    place.url = arguments[1];
    place.ledger = arguments[2];
    place.product = arguments[3];
    place.customers_product = arguments[4];
    place.customers = (unsigned)strtoul(arguments[5], NULL, 10);
    /* The first order is the clock's. */
    if (!soak_read_order(line) || strncmp(line, "ahead ", 6) != 0) {
        return 64;
    }
    atomic_store(&ahead_s, strtoll(line + 6, NULL, 10));
    if (!open_meter(&flushers[0], 0) || !open_meter(&flushers[1], BUFFER_MS) ||
        !start_threads()) {
        return 1;
    }
    obey_orders();
    stop_threads();
    for (int i = 0; i < METERS; i++) {
        entitle_metering_free(flushers[i].service);
        if (entitle_meter_free(flushers[i].meter) != ENTITLE_OK) {
            return 1;
        }
    }
    return 0;
}
