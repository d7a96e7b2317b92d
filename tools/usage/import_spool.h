/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_IMPORT_SPOOL_H
#define USAGE_IMPORT_SPOOL_H

#include <stdbool.h>

/*
 * Reads a pipe to its end into a file that nobody else sees, and puts that in its
 * place: an import keeps other writers out of the ledger, and whoever feeds the pipe
 * may take his time. Where no such file can be made, the pipe stays.
 *
 * False, with errno: it could not be read, or there is no room for what it holds.
 */
bool import_spool(int *descriptor);

#endif
