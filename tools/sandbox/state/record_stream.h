/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RECORD_STREAM_H
#define SANDBOX_RECORD_STREAM_H

#include "state/record_rows.h"

#include <stddef.h>

/*
 * What was honoured as one text, made while it is read, so that a million records need
 * no more memory than one.
 */
typedef struct record_stream record_stream;

typedef enum record_format {
    RECORD_FORMAT_JSON, /* {"records":[…],"next":N,"totals":[…]} */
    RECORD_FORMAT_CSV   /* a heading and the records */
} record_format;

ENTITLE_CHECKED entitle_status record_stream_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const record_range *range,
    record_format format,
    record_stream **out,
    entitle_error *error);

/* Accepts NULL. */
void record_stream_close(record_stream *stream);

/* How many bytes were written to `out`: 0 at the end, negative when reading failed. */
int64_t record_stream_read(record_stream *stream, char *out, size_t size);

#endif
