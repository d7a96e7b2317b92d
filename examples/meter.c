/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Meters what this task, pod or instance used in the last full hour, and prints AWS's
 * record id. Run twice with the same quantity, it prints the same id: what was lost on
 * the way may be sent again. Usage: meter PRODUCT_CODE DIMENSION QUANTITY
 */
#include <entitle.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_USAGE = 64, HOUR_S = 3600 };

static bool
read_quantity(const char *text, uint32_t *out)
{
    char *end = NULL;
    unsigned long number;

    errno = 0;
    number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        number > ENTITLE_USAGE_QUANTITY_LIMIT) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

/* The hour before this one: it is over, so nothing can be added to it any more. */
static int64_t
last_full_hour(void)
{
    return entitle_usage_hour((int64_t)time(NULL)) - HOUR_S;
}

static int
meter(const entitle_usage *usage)
{
    entitle_metering *metering = NULL;
    entitle_usage_receipt *receipt = NULL;
    entitle_error error;
    entitle_status status = entitle_metering_new(NULL, &metering, &error);

    if (status == ENTITLE_OK) {
        status = entitle_metering_meter_usage(metering, usage, &receipt, &error);
    }
    if (status == ENTITLE_OK) {
        puts(entitle_usage_receipt_record_id(receipt));
    } else {
        fprintf(stderr, "meter: %s\nmeter: %s\n", error.message, error.hint);
    }
    entitle_usage_receipt_free(receipt);
    entitle_metering_free(metering);
    return status == ENTITLE_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
    entitle_usage usage = { .struct_size = sizeof(usage), .at_s = last_full_hour() };

    if (argc != 4 || !read_quantity(argv[3], &usage.quantity)) {
        fputs("Usage: meter PRODUCT_CODE DIMENSION QUANTITY\n", stderr);
        return EXIT_USAGE;
    }
    usage.product_code = argv[1];
    usage.dimension = argv[2];
    return meter(&usage);
}
