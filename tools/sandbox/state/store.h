/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>

/*
 * DIR/state.db (SQLite): all that has to survive a kill. Once a transaction has been
 * committed it does, because it is with the kernel; only a power failure may take the
 * last of it. Everything is called with the sandbox's lock held, but where stated.
 *
 * A file that is damaged or from a newer version is refused at the start with
 * ENTITLE_IO_ERROR and a remedy. A full disk later fails the
 * transaction: the call is answered with InternalServiceErrorException, and nothing of
 * it is kept.
 */
typedef struct sandbox_store sandbox_store;

ENTITLE_CHECKED entitle_status store_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    sandbox_store **out,
    entitle_error *error);
void store_close(sandbox_store *store);

/*
 * Changes belong to a transaction: they count from store_commit() on, and not at all
 * when it returns false (then it has been rolled back). Not nested.
 */
bool store_begin(sandbox_store *store);
bool store_commit(sandbox_store *store);
void store_roll_back(sandbox_store *store);

/* Forgets everything, inside a transaction: the next identity is number 1 again. */
bool store_erase(sandbox_store *store);

#endif
