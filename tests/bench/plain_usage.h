/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_PLAIN_USAGE_H
#define BENCH_PLAIN_USAGE_H

#include <stdint.h>

/*
 * What the meter is compared with: the least that anyone could do in its place, and
 * nothing of what makes a ledger.
 */

/* One row a commit, by SQLite with the ledger's pragmas. */
typedef struct plain_rows plain_rows;

plain_rows *plain_rows_open(const char *path);
void plain_rows_add(plain_rows *rows, const char *dimension, int64_t at_s);
void plain_rows_close(plain_rows *rows);

/* Sums by product, dimension and hour in a hash table behind a mutex. */
typedef struct plain_sums plain_sums;

plain_sums *plain_sums_new(void);
void plain_sums_add(
    plain_sums *sums,
    const char *product_code,
    const char *dimension,
    int64_t at_s,
    int64_t quantity);
int64_t plain_sums_total(const plain_sums *sums);
void plain_sums_free(plain_sums *sums);

#endif
