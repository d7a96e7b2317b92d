/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests that are ready to be sent, for wrk: those that a flush of the same usage
 * makes of BatchMeterUsage, to a sandbox with the market of tests/bench/market.sh,
 * signed now. The signatures are good for some minutes.
 *
 *     ready_batches PORT <USES >FILE
 *
 * USES are lines of dimension, quantity, timestamp, account and licence, as `usage
 * import` takes them, each of another record, in the order in which they are due. Each
 * request is preceded by its length in a line of its own.
 */
#include "load_request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS = 2, HOUR_S = 3600 };

typedef struct use {
    char dimension[64];
    unsigned quantity;
    int64_t at_s;
    char account[16];
    char license_arn[128];
} use;

static bool
read_use(use *out)
{
    char line[512];

    return fgets(line, sizeof(line), stdin) != NULL &&
           sscanf(
               line,
               "%63[^,],%u,%" SCNd64 ",%15[^,],%127[^\n]",
               out->dimension,
               &out->quantity,
               &out->at_s,
               out->account,
               out->license_arn) == 5;
}

/* A record is dated with the last second of its hour. */
static size_t
append_record(const use *from, const char *separator, char *body, size_t used)
{
    return used + (size_t)snprintf(
                      body + used,
                      LOAD_BODY_LIMIT - used,
                      "%s{\"Timestamp\":%" PRId64 ",\"CustomerAWSAccountId\":\"%s\","
                      "\"LicenseArn\":\"%s\",\"Dimension\":\"%s\",\"Quantity\":%u}",
                      separator,
                      from->at_s - from->at_s % HOUR_S + HOUR_S - 1,
                      from->account,
                      from->license_arn,
                      from->dimension,
                      from->quantity);
}

/* The length of the next batch; 0: there are no more uses. */
static size_t
write_batch(char body[LOAD_BODY_LIMIT])
{
    size_t used = (size_t)snprintf(body, LOAD_BODY_LIMIT, "{\"UsageRecords\":[");
    int count = 0;
    use next;

    while (count < LOAD_BATCH_LIMIT && read_use(&next)) {
        used = append_record(&next, count > 0 ? "," : "", body, used);
        count++;
    }
    if (count == 0) {
        return 0;
    }
    return used + (size_t)snprintf(body + used, LOAD_BODY_LIMIT - used, "]}");
}

int
main(int count, char **arguments)
{
    static char body[LOAD_BODY_LIMIT];
    static char request[LOAD_REQUEST_LIMIT];
    char authority[32];
    size_t length = 0;

    if (count != ARGUMENTS) {
        fprintf(stderr, "usage: ready_batches PORT <USES >FILE\n");
        return 64;
    }
    snprintf(authority, sizeof(authority), "127.0.0.1:%s", arguments[1]);
    load_plan plan = { .authority = authority };
    while ((length = write_batch(body)) > 0) {
        length = load_request_sign(&plan, "BatchMeterUsage", body, length, 0, request);
        printf("%zu\n", length);
        fwrite(request, 1, length, stdout);
    }
    return ferror(stdout) == 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : 74;
}
