/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Adds a use to a ledger and, as if the container were about to end, sends all that is
 * due, the running hour too. However often it is killed and started again, each use
 * counts once. Usage: ledger LEDGER PRODUCT_CODE DIMENSION QUANTITY
 */
#include <entitle/meter.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 64 };

static entitle_status
send_all(entitle_meter *meter, entitle_error *error)
{
    const entitle_flush_options options = { .struct_size = sizeof(options),
                                            .final = true };
    entitle_flush_report report = { 0 };
    entitle_metering *metering = NULL;
    entitle_status status = entitle_metering_new(NULL, &metering, error);

    if (status == ENTITLE_OK) {
        status = entitle_meter_flush(meter, metering, &options, &report, error);
        printf(
            "accepted %" PRIu64 ", rejected %" PRIu64 ", lost %" PRIu64
            ", unsent %" PRIu64 "\n",
            report.accepted,
            report.rejected,
            report.lost,
            report.unsent);
    }
    entitle_metering_free(metering);
    return status;
}

static entitle_status
run(const entitle_meter_options *options, const entitle_use *use, entitle_error *error)
{
    entitle_meter *meter = NULL;
    entitle_status status = entitle_meter_new(options, &meter, error);

    if (status == ENTITLE_OK) {
        status = entitle_meter_add(meter, use, NULL, error);
    }
    if (status == ENTITLE_OK) {
        status = send_all(meter, error);
    }
    (void)entitle_meter_free(meter); /* nothing is buffered */
    return status;
}

int
main(int argc, char **argv)
{
    entitle_meter_options options = { .struct_size = sizeof(options) };
    entitle_use use = { .struct_size = sizeof(use) };
    entitle_error error = { .status = ENTITLE_OK };
    char *end = NULL;

    if (argc != 5) {
        fputs("Usage: ledger LEDGER PRODUCT_CODE DIMENSION QUANTITY\n", stderr);
        return EXIT_USAGE;
    }
    options.ledger = argv[1];
    options.product_code = argv[2];
    use.dimension = argv[3];
    use.quantity = strtoll(argv[4], &end, 10);
    if (end == argv[4] || *end != '\0') {
        fputs("Usage: ledger LEDGER PRODUCT_CODE DIMENSION QUANTITY\n", stderr);
        return EXIT_USAGE;
    }
    if (run(&options, &use, &error) != ENTITLE_OK) {
        fprintf(stderr, "ledger: %s\nledger: %s\n", error.message, error.hint);
        return 1;
    }
    return 0;
}
