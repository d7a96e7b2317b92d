/* SPDX-License-Identifier: Apache-2.0 */
/* For realpath(). */
#define _XOPEN_SOURCE 700

#include "meter/ledger_path.h"

#include "base/error.h"
#include "base/text.h"

#include <limits.h>
#include <stdlib.h>

_Static_assert(ENT_LEDGER_PATH_SIZE >= PATH_MAX, "realpath() writes so much");

static const char sqlite_prefix[] = "sqlite:";

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
    *out = path;
    return ENTITLE_OK;
}

bool
ent_ledger_path_resolve(const char *path, char out[ENT_LEDGER_PATH_SIZE])
{
    return realpath(path, out) != NULL;
}
