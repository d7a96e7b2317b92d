/* SPDX-License-Identifier: Apache-2.0 */

/*
 * MeterUsage or BatchMeterUsage on kept-alive connections, signed, no record twice.
 *
 *     meter_load PORT PID BATCH CONNECTIONS RATE SECONDS REQUESTS FIRST
 *
 * BATCH 0 is MeterUsage. RATE 0 sends the next request as soon as one is answered;
 * otherwise so many a second are sent, and each is timed from when it was due, so that
 * a server that stalls is not spared what it holds up. SECONDS or REQUESTS ends it; the
 * other is 0. FIRST is the number of the first record. Prints how many were answered,
 * the seconds that took, those of PID's processor, the median and the 99th percentile
 * of the microseconds, and the number of the record that would be next.
 */
#include "load_loop.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

enum { ARGUMENTS = 9, HOUR_S = 3600 };

static double
processor_s(pid_t pid)
{
    clockid_t clock;
    struct timespec used = { 0 };

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        fprintf(stderr, "meter_load: cannot time process %d\n", (int)pid);
        exit(EXIT_FAILURE);
    }
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The hour of the service's clock, which may be ahead of ours. */
static int64_t
latest_hour(void)
{
    const char *ahead = getenv("METER_LOAD_AHEAD_S");
    int64_t now_s =
        (int64_t)time(NULL) + (ahead != NULL ? strtoll(ahead, NULL, 10) : 0);

    return now_s - now_s % HOUR_S;
}

int
main(int count, char **arguments)
{
    char authority[32];
    load_result result = { 0 };

    if (count != ARGUMENTS) {
        fprintf(
            stderr,
            "usage: meter_load PORT PID BATCH CONNECTIONS RATE SECONDS REQUESTS "
            "FIRST\n");
        return 64;
    }
    snprintf(authority, sizeof(authority), "127.0.0.1:%s", arguments[1]);
    pid_t pid = (pid_t)strtol(arguments[2], NULL, 10);
    load_plan plan = { .authority = authority,
                       .batch = (unsigned)strtoul(arguments[3], NULL, 10),
                       .hour_s = latest_hour(),
                       .next = strtoull(arguments[8], NULL, 10) };
    load_order order = { .connections = strtoul(arguments[4], NULL, 10),
                         .rate = strtod(arguments[5], NULL),
                         .seconds = strtod(arguments[6], NULL),
                         .requests = strtoull(arguments[7], NULL, 10) };
    if (plan.batch > LOAD_BATCH_LIMIT || order.connections == 0 ||
        order.connections > LOAD_CONNECTIONS_MAX) {
        fprintf(stderr, "meter_load: too many records or connections\n");
        return 64;
    }
    order.address.sin_family = AF_INET;
    order.address.sin_port = htons((uint16_t)strtoul(arguments[1], NULL, 10));
    order.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    double before_s = processor_s(pid);
    bool is_done = load_run(&order, &plan, &result);
    double used_s = processor_s(pid) - before_s;
    if (!is_done || result.failed > 0 || result.answered == 0) {
        fprintf(
            stderr,
            "meter_load: %" PRIu64 " of %" PRIu64 " failed%s\n",
            result.failed,
            result.answered,
            is_done ? "" : ", and a connection broke");
        return 70;
    }
    qsort(result.latencies_us, result.answered, sizeof(double), compare);
    printf(
        "answered=%" PRIu64 " wall_s=%.4f processor_s=%.4f median_us=%.1f p99_us=%.1f "
        "next=%" PRIu64 "\n",
        result.answered,
        result.wall_s,
        used_s,
        result.latencies_us[result.answered / 2],
        result.latencies_us[result.answered * 99 / 100],
        plan.next);
    free(result.latencies_us);
    return 0;
}
