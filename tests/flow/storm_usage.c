/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "storm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int64_t FIRST_ACCOUNT = 100000000000;
static const char IDENTIFIER[] = "cust-";
static const char DIMENSION[] = "dimension-";

enum { QUANTITIES = 7, STRIDE = 7919 };

storm_board *storm;

uint64_t
storm_roll(uint64_t *dice, uint64_t sides)
{
    uint64_t z = (*dice += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % sides;
}

void
storm_wait_ms(int64_t duration_ms)
{
    const struct timespec duration = { duration_ms / 1000,
                                       duration_ms % 1000 * 1000000 };
    (void)nanosleep(&duration, NULL);
}

/* --- Uses ------------------------------------------------------------------------- */

/* Each record is used once, oldest hour first, and some of them once more. */
static int
record_of(int number)
{
    int records = storm->customers * STORM_RECORDS_OF_A_CUSTOMER;

    return number < records ? number : (int)((int64_t)number * STRIDE % records);
}

static int
quantity_of(int number)
{
    return 1 + number % QUANTITIES;
}

static void
name_customer(int customer, storm_names *names, entitle_use *use)
{
    if (customer % 2 == 0) {
        (void)snprintf(
            names->customer, sizeof(names->customer), "%s%d", IDENTIFIER, customer);
        use->customer_identifier = names->customer;
        return;
    }
    (void)snprintf(
        names->customer, sizeof(names->customer), "%" PRId64, FIRST_ACCOUNT + customer);
    (void)snprintf(
        names->license_arn,
        sizeof(names->license_arn),
        "arn:aws:license-manager::294406891311:license:l-%d",
        customer);
    use->customer_account = names->customer;
    use->license_arn = names->license_arn;
}

entitle_use
storm_use(int number, storm_names *names)
{
    int record = record_of(number);
    int hour = record / (storm->customers * STORM_DIMENSIONS);
    entitle_use use = {
        .struct_size = sizeof(use),
        .dimension = names->dimension,
        .quantity = quantity_of(number),
        .at_s = STORM_NOON_S - (int64_t)(STORM_HOURS - hour) * STORM_HOUR_S +
                number % STORM_HOUR_S,
        .id = names->id,
    };
    (void)snprintf(names->id, sizeof(names->id), "use-%d", number);
    (void)snprintf(
        names->dimension,
        sizeof(names->dimension),
        "%s%d",
        DIMENSION,
        record / storm->customers % STORM_DIMENSIONS);
    name_customer(record % storm->customers, names, &use);
    return use;
}

int
storm_uses_of(int writer)
{
    return (storm->uses - writer + STORM_WRITERS - 1) / STORM_WRITERS;
}

int
storm_number_of(int writer, int index)
{
    return index * STORM_WRITERS + writer;
}

/* --- Names ------------------------------------------------------------------------ */

static int
number_below(const char *text, int64_t first, int64_t limit)
{
    char *end = NULL;
    int64_t number = strtoll(text, &end, 10) - first;

    return end != text && *end == '\0' && number >= 0 && number < limit ? (int)number
                                                                        : -1;
}

int
storm_customer_of(const char *name)
{
    size_t length = sizeof(IDENTIFIER) - 1;

    return strncmp(name, IDENTIFIER, length) == 0
               ? number_below(name + length, 0, storm->customers)
               : number_below(name, FIRST_ACCOUNT, storm->customers);
}

int
storm_dimension_of(const char *name)
{
    size_t length = sizeof(DIMENSION) - 1;

    return strncmp(name, DIMENSION, length) == 0
               ? number_below(name + length, 0, STORM_DIMENSIONS)
               : -1;
}

void
storm_fill_units(int64_t *units)
{
    for (int number = 0; number < storm->uses; number++) {
        int record = record_of(number);
        int dimension = record / storm->customers % STORM_DIMENSIONS;
        units[record % storm->customers * STORM_DIMENSIONS + dimension] +=
            quantity_of(number);
    }
}

/* --- The market ------------------------------------------------------------------- */

void
storm_write_market(FILE *file)
{
    (void)fprintf(
        file,
        "{\"products\":[{\"code\":\"" SERVICE_PRODUCT
        "\",\"kind\":\"saas\",\"dimensions\":[");
    for (int i = 0; i < STORM_DIMENSIONS; i++) {
        (void)fprintf(file, "%s\"%s%d\"", i > 0 ? "," : "", DIMENSION, i);
    }
    (void)fprintf(file, "]}],\"customers\":[");
    for (int i = 0; i < storm->customers; i++) {
        (void)fprintf(
            file,
            "%s{\"account\":\"%" PRId64 "\",\"identifier\":\"%s%d\"}",
            i > 0 ? "," : "",
            FIRST_ACCOUNT + i,
            IDENTIFIER,
            i);
    }
    (void)fprintf(file, "],\"subscriptions\":[");
    for (int i = 0; i < storm->customers; i++) {
        (void)fprintf(
            file,
            "%s{\"customer\":\"%s%d\",\"license_arn\":\"arn:aws:license-manager::"
            "294406891311:license:l-%d\"}",
            i > 0 ? "," : "",
            IDENTIFIER,
            i,
            i);
    }
    (void)fprintf(file, "]}");
}
