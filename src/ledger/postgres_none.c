/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "ledger/postgres.h"

/* In a build without libpq (ENTITLE_POSTGRES=OFF). */

bool
ent_ledger_is_postgres(const char *name)
{
    return ent_text_starts_with(name, "postgresql://") ||
           ent_text_starts_with(name, "postgres://");
}

entitle_status
ent_ledger_open_postgres(
    const entitle_runtime *runtime,
    const char *url,
    ent_ledger **out,
    entitle_error *error)
{
    (void)runtime;
    (void)url;
    *out = NULL;
    ent_fail(
        error,
        ENTITLE_INVALID_ARGUMENT,
        "this build of entitle has no ledger in PostgreSQL");
    ent_hint(error, "build it with ENTITLE_POSTGRES=ON, or name a file");
    return ENTITLE_INVALID_ARGUMENT;
}
