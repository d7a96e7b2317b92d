/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_IMPORT_FILE_H
#define USAGE_IMPORT_FILE_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMPORT_RECORD_LIMIT = 64 * 1024, IMPORT_BUFFER_SIZE = 4 * IMPORT_RECORD_LIMIT };

/* A file of usage that is read record by record, in a memory that does not grow. */
typedef struct import_file {
    const char *name;
    int descriptor;
    int64_t first;      /* where it begins; negative: it can be read once */
    uint64_t size;      /* 0: not known */
    uint64_t done;      /* bytes of records handed out */
    uint64_t line;      /* where the last record begins, from 1 on */
    uint64_t next_line; /* where the one after it does */
    bool is_csv;
    bool is_at_end;
    size_t start; /* of what is left in the buffer */
    size_t end;
    char buffer[IMPORT_BUFFER_SIZE + 1];
} import_file;

typedef enum import_step {
    IMPORT_RECORD,
    IMPORT_END,
    IMPORT_FAILED /* `failure` tells why */
} import_step;

/* "-" is standard input. Skips a byte-order mark, and finds out what the file is. */
bool import_file_open(import_file *file, const char *name, cli_failure *failure);
void import_file_close(import_file *file);

/* Before its first record again. False: it can be read once only, or fails. */
bool import_file_rewind(import_file *file, cli_failure *failure);

/*
 * The next record that is not an empty line, without its line end and with a NUL behind
 * it: a line or, in quotes of CSV, several. It may be written to, and stays until the
 * next call.
 */
import_step
import_file_next(import_file *file, char **out, size_t *length, cli_failure *failure);

#endif
