/* SPDX-License-Identifier: Apache-2.0 */
/* For realpath(). */
#define _XOPEN_SOURCE 700

#include "meter/ledger_path.h"

#include "base/error.h"
#include "base/text.h"
#include "ledger/postgres.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(ENT_LEDGER_PATH_SIZE >= PATH_MAX, "realpath() writes so much");

static const char sqlite_prefix[] = "sqlite:";

/*
 * What can only be meant for a database, but is not how one is named: a file of that
 * name, and each error about it, would show its password. None is repeated here.
 */
static bool
is_misspelt(const char *name)
{
    return !ent_ledger_is_postgres(name) &&
           (strstr(name, "://") != NULL || strstr(name, "password=") != NULL ||
            ent_text_starts_with(name, "postgres:") ||
            ent_text_starts_with(name, "postgresql:"));
}

entitle_status
ent_ledger_path_find(const char *ledger, const char **out, entitle_error *error)
{
    const char *path = ledger;

    if (path != NULL && ent_text_starts_with(path, sqlite_prefix)) {
        path += sizeof(sqlite_prefix) - 1;
    }
    if (path == NULL || path[0] == '\0') {
        ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no ledger is named");
        ent_hint(error, "name a file, such as /var/lib/entitle/usage.db");
        return ENTITLE_INVALID_ARGUMENT;
    }
    if (path == ledger && is_misspelt(path)) {
        ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no ledger is named that way");
        ent_hint(
            error,
            "name a file, sqlite:FILE or postgresql://HOST/DATABASE, in small letters");
        return ENTITLE_INVALID_ARGUMENT;
    }
    *out = path;
    return ENTITLE_OK;
}

bool
ent_ledger_path_resolve(const char *path, char out[ENT_LEDGER_PATH_SIZE])
{
    return realpath(path, out) != NULL;
}
