/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RECORD_ROWS_H
#define SANDBOX_RECORD_ROWS_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdint.h>

/*
 * What was honoured, read from DIR/state.db row by row and as it was at one moment, on
 * a connection of its own that never writes: beside a running sandbox without its lock,
 * and without any sandbox.
 */
typedef struct record_rows record_rows;

/* Which records; everything zero: all of them. */
typedef struct record_range {
    int64_t after;      /* records with a higher sequence only; not the totals */
    int64_t limit;      /* 0: without end; not the totals */
    int64_t first_hour; /* of the epoch; records and totals from that hour on */
} record_range;

/* The texts are good until the next row; NULL where there is nothing. */
typedef struct record_row {
    int64_t sequence;
    const char *metering_record_id;
    const char *operation;
    const char *product_code;
    const char *identity;
    const char *account;
    const char *customer_identifier;
    const char *license_arn;
    const char *dimension;
    int64_t timestamp_s;
    int64_t quantity;
    const char *allocations; /* a JSON array */
} record_row;

typedef struct record_total {
    const char *product_code;
    const char *account;
    const char *dimension;
    int64_t hour; /* of the epoch */
    int64_t quantity;
    int64_t records;
} record_total;

typedef enum row_outcome { ROW_FAILED, ROW_READ, ROW_END } row_outcome;

/* ENTITLE_IO_ERROR where there is no state, or it cannot be read. */
ENTITLE_CHECKED entitle_status record_rows_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const record_range *range,
    record_rows **out,
    entitle_error *error);

/* Accepts NULL. */
void record_rows_close(record_rows *rows);

/* By ascending sequence; then the totals, by hour, product, customer and dimension. */
row_outcome record_rows_next(record_rows *rows, record_row *out);
row_outcome record_rows_next_total(record_rows *rows, record_total *out);

#endif
