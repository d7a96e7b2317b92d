/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_RATIOS_H
#define BENCH_RATIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Ends the program where something that is measured does not work. */
void bench_require(bool holds, const char *what);

double bench_now_us(clockid_t clock);

/* Sorts them. */
double bench_median(double *values, size_t count);

/* In the form that process_pair prints, too: the median and the middle 80 %. */
void bench_print_ratio(const char *name, double *ratios, size_t count);

#endif
