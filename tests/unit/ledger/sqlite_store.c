/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite.h"
#include "ledger_store.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[64];
static char path[128];

static void
make_store(void)
{
    /* In memory where that can be: what is tried here is kills, not power failures. */
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(directory, sizeof(directory), "%s/ledger-test-XXXXXX", base);
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof(path), "%s/usage.db", directory);
}

static void
remove_store(void)
{
    static const char *const endings[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < 3; i++) {
        char name[160];
        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(directory), 0);
}

static entitle_status
open_store(fake_runtime *fake, ent_ledger **out, entitle_error *error)
{
    return ent_ledger_open_sqlite(&fake->runtime, path, out, error);
}

const ledger_store store_under_test = { make_store, remove_store, open_store };
