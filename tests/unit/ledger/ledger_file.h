/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_FILE_H
#define TEST_UNIT_LEDGER_FILE_H

#include "ledger_bench.h"

/*
 * The file of a SQLite ledger, for tests that meddle with it while nobody has it open.
 * Whoever opens it does so on the bench.
 */
enum {
    LEDGER_FILE_PAGE = 4096,
    LEDGER_FILE_KEYS = 40,
    LEDGER_FILE_LIMIT = 1024 * 1024
};

extern char ledger_file_path[64];
extern entitle_error ledger_file_error; /* of the last function below */

/* For cmocka: an empty file; and it is gone at the end, with all that came of it. */
int ledger_file_begin(void **state);
int ledger_file_end(void **state);

entitle_status ledger_file_open(void);
void ledger_file_close(void);

/*
 * A ledger with something on many pages: LEDGER_FILE_KEYS records of 1, 2, 3 … units,
 * each with a key, an id and tags. These are its bytes.
 */
void ledger_file_fill(void);
extern char ledger_file_bytes[LEDGER_FILE_LIMIT];
extern size_t ledger_file_size;

/* Opens it, and looks at everything that a flush and a person look at. */
entitle_status ledger_file_look(int64_t *added);

/* As another program that has SQLite. */
void ledger_file_run(const char *sql);

/* Any file. */
void ledger_file_write(const char *name, const char *bytes, size_t length);
size_t ledger_file_read(const char *name, char *bytes);

/* The ledger's, its log, and what a rescue leaves. */
void ledger_file_remove(void);

#endif
