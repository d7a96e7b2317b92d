/* SPDX-License-Identifier: Apache-2.0 */
#include "ratios.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void
bench_require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
        exit(EXIT_FAILURE);
    }
}

double
bench_now_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

double
bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

void
bench_print_ratio(const char *name, double *ratios, size_t count)
{
    double median = bench_median(ratios, count);

    printf(
        "%s ratio=%.3f ratio_low=%.3f ratio_high=%.3f\n",
        name,
        median,
        ratios[count / 10],
        ratios[count * 9 / 10]);
}
