/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_IMPORT_CSV_H
#define USAGE_IMPORT_CSV_H

#include "usage/import_member.h"

/* The columns of a file of CSV (RFC 4180), which its first record names. */
typedef struct import_csv {
    import_member columns[IMPORT_MEMBER_COUNT];
    size_t column_count;
} import_csv;

/* False: `reason` says what is wrong with it. */
bool
import_csv_read_header(import_csv *csv, char *record, char reason[IMPORT_REASON_SIZE]);

/* Takes a record apart, in its place. */
bool import_csv_read(
    const import_csv *csv,
    char *record,
    import_use *out,
    char reason[IMPORT_REASON_SIZE]);

#endif
