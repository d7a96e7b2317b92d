/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_LEDGER_PATH_H
#define ENT_METER_LEDGER_PATH_H

#include <entitle/error.h>

#include <stdbool.h>

enum { ENT_LEDGER_PATH_SIZE = 4096 };

/* The file that a ledger's name means. */
ENTITLE_CHECKED entitle_status
ent_ledger_path_find(const char *ledger, const char **out, entitle_error *error);

/*
 * Where a file that is there is, whatever leads to it: through links all senders have
 * to come to one lock, and a program may go to another folder. False: `errno` says why.
 */
bool ent_ledger_path_resolve(const char *path, char out[ENT_LEDGER_PATH_SIZE]);

#endif
