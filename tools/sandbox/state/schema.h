/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SCHEMA_H
#define SANDBOX_SCHEMA_H

#include <entitle/error.h>

#include <sqlite3.h>

/*
 * The tables of state.db: made where the file is empty. Refused (ENTITLE_IO_ERROR) is
 * what is not ours, newer than this program, or damaged.
 */
ENTITLE_CHECKED entitle_status
schema_prepare(sqlite3 *database, const char *path, entitle_error *error);

/* For who only reads: whether it is ours and of this version. Damage shows later. */
ENTITLE_CHECKED entitle_status
schema_check(sqlite3 *database, const char *path, entitle_error *error);

#endif
