/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "storm.h"

#include <stdlib.h>

enum { GROUP_LIMIT = 60, PAUSE_MS = 10, CALL_MS = 5000 };

static int64_t
wall_ms(void *context)
{
    (void)context;
    return atomic_load(&storm->now_ms);
}

/* Signatures go by the machine's own clock, as the sandbox checks them. */
static const entitle_runtime meter_runtime = { .struct_size = sizeof(meter_runtime),
                                               .wall_ms = wall_ms };
static const entitle_runtime aws_runtime = { .struct_size = sizeof(aws_runtime),
                                             .environment = aws_environment };

entitle_status
storm_open_meter(const char *instance, entitle_meter **out, entitle_error *error)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .runtime = &meter_runtime,
                                            .ledger = storm->ledger,
                                            .product_code = SERVICE_PRODUCT,
                                            .instance = instance };
    return entitle_meter_new(&options, out, error);
}

/* Whether it is one of the troubles that the test makes. */
static bool
is_expected(const entitle_error *error)
{
    return error->status == ENTITLE_IO_ERROR ||
           entitle_status_category(error->status) == ENTITLE_CATEGORY_UNAVAILABLE;
}

static int
give_up(const char *what, int number, const entitle_error *error)
{
    (void)fprintf(
        stderr,
        "%s %d: %s: %s\n",
        what,
        number,
        entitle_status_name(error->status),
        error->message);
    return EXIT_FAILURE;
}

/* The database may be away for a moment. */
static bool
open_in_the_end(const char *what, int number, entitle_meter **out)
{
    entitle_error error;
    char instance[32];

    (void)snprintf(instance, sizeof(instance), "%s-%d", what, number);
    while (storm_open_meter(instance, out, &error) != ENTITLE_OK) {
        if (!is_expected(&error)) {
            (void)give_up(what, number, &error);
            return false;
        }
        storm_wait_ms(PAUSE_MS);
    }
    return true;
}

/* --- A writer --------------------------------------------------------------------- */

static entitle_status
add_group(entitle_meter *meter, int writer, int first, int count, entitle_error *error)
{
    static storm_names names[GROUP_LIMIT];
    static entitle_use uses[GROUP_LIMIT];
    const entitle_use *pointers[GROUP_LIMIT];
    size_t counted = 0;

    for (int i = 0; i < count; i++) {
        uses[i] = storm_use(storm_number_of(writer, first + i), &names[i]);
        pointers[i] = &uses[i];
    }
    return count == 1 ? entitle_meter_add(meter, uses, NULL, error)
                      : entitle_meter_add_all(
                            meter, pointers, (size_t)count, &counted, NULL, error);
}

/* How many uses from there on may be added now, in one group. */
static int
size_group(int writer, int first, uint64_t *dice)
{
    int allowed =
        (atomic_load(&storm->allowed) - writer + STORM_WRITERS - 1) / STORM_WRITERS;
    int wanted = 1 + (int)storm_roll(dice, GROUP_LIMIT);
    int left =
        (allowed < storm_uses_of(writer) ? allowed : storm_uses_of(writer)) - first;

    return left < wanted ? left : wanted;
}

int
storm_be_writer(int writer, uint64_t dice)
{
    entitle_meter *meter = NULL;
    entitle_error error;
    int first = atomic_load(&storm->durable[writer]);

    if (!open_in_the_end("writer", writer, &meter)) {
        return EXIT_FAILURE;
    }
    while (first < storm_uses_of(writer)) {
        int count = size_group(writer, first, &dice);
        if (count <= 0) {
            storm_wait_ms(PAUSE_MS);
        } else if (add_group(meter, writer, first, count, &error) == ENTITLE_OK) {
            first += count;
            atomic_store(&storm->durable[writer], first);
        } else if (is_expected(&error)) {
            atomic_fetch_add(&storm->broken_adds, 1);
            storm_wait_ms(PAUSE_MS);
        } else {
            return give_up("writer", writer, &error);
        }
    }
    (void)entitle_meter_free(meter);
    return EXIT_SUCCESS;
}

/* --- A flusher -------------------------------------------------------------------- */

static entitle_status
open_metering(entitle_metering **out, entitle_error *error)
{
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &aws_runtime,
                                               .endpoint = storm->endpoint,
                                               .deadline_ms = CALL_MS };
    return entitle_metering_new(&options, out, error);
}

entitle_status
storm_flush(entitle_meter *meter, entitle_error *error)
{
    entitle_metering *metering = NULL;
    entitle_status status = open_metering(&metering, error);

    if (status == ENTITLE_OK) {
        status = entitle_meter_flush(meter, metering, NULL, NULL, error);
    }
    entitle_metering_free(metering);
    return status;
}

int
storm_be_flusher(int flusher)
{
    entitle_meter *meter = NULL;
    entitle_error error;

    if (!open_in_the_end("flusher", flusher, &meter)) {
        return EXIT_FAILURE;
    }
    while (!atomic_load(&storm->is_over)) {
        if (storm_flush(meter, &error) != ENTITLE_OK) {
            if (!is_expected(&error)) {
                return give_up("flusher", flusher, &error);
            }
            atomic_fetch_add(&storm->broken_flushes, 1);
        }
        storm_wait_ms(PAUSE_MS);
    }
    (void)entitle_meter_free(meter);
    return EXIT_SUCCESS;
}
