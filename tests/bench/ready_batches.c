/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests that are ready to be sent, for wrk: BatchMeterUsage of 25 records each to a
 * sandbox with the market of tests/bench/market.sh, signed now. The signatures are good
 * for some minutes.
 *
 *     ready_batches PORT REQUESTS >FILE
 *
 * Each is preceded by its length in a line of its own.
 */
#include "load_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARGUMENTS = 3, HOUR_S = 3600 };

int
main(int count, char **arguments)
{
    static char request[LOAD_REQUEST_LIMIT];
    char authority[32];

    if (count != ARGUMENTS) {
        fprintf(stderr, "usage: ready_batches PORT REQUESTS\n");
        return 64;
    }
    snprintf(authority, sizeof(authority), "127.0.0.1:%s", arguments[1]);
    int64_t now_s = (int64_t)time(NULL);
    unsigned long wanted = strtoul(arguments[2], NULL, 10);
    load_plan plan = { .authority = authority,
                       .batch = LOAD_BATCH_LIMIT,
                       .hour_s = now_s - now_s % HOUR_S };

    for (unsigned long i = 0; i < wanted; i++) {
        size_t length = load_request_write(&plan, request);
        printf("%zu\n", length);
        fwrite(request, 1, length, stdout);
    }
    return ferror(stdout) == 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : 74;
}
