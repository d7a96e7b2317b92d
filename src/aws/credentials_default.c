/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_environment.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"

#include <entitle/credentials.h>

#include <stddef.h>

/*
 * The ordinary chain; its links have the shape of ent_credentials_from_environment().
 */
typedef struct default_chain {
    entitle_credentials_provider table; /* first: it is what the caller holds */
    entitle_runtime runtime;
} default_chain;

typedef entitle_status (*credentials_source)(
    const entitle_runtime *runtime, entitle_credentials *out, entitle_error *error);

static const credentials_source sources[] = {
    ent_credentials_from_environment,
};

static entitle_status
provide(void *context, bool refresh, entitle_credentials *out, entitle_error *error)
{
    const default_chain *self = context;

    /* Nothing is kept, so that there is nothing to refresh. */
    (void)refresh;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        entitle_status status = sources[i](&self->runtime, out, error);
        if (status != ENTITLE_NO_CREDENTIALS) {
            return status;
        }
    }
    ent_fail(
        error,
        ENTITLE_NO_CREDENTIALS,
        "no AWS credentials: AWS_ACCESS_KEY_ID is not set");
    ent_hint(
        error,
        "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary credentials, "
        "AWS_SESSION_TOKEN");
    return ENTITLE_NO_CREDENTIALS;
}

entitle_status
entitle_credentials_provider_new_default(
    const entitle_runtime *runtime,
    entitle_credentials_provider **out,
    entitle_error *error)
{
    entitle_runtime filled;
    entitle_status status = ent_runtime_fill(&filled, runtime, error);

    *out = NULL;
    if (status != ENTITLE_OK) {
        return status;
    }
    default_chain *self = ent_allocate(&filled, sizeof(*self));
    if (self == NULL) {
        return ent_fail_memory(error);
    }
    self->runtime = filled;
    self->table = (entitle_credentials_provider){
        .struct_size = sizeof(self->table),
        .context = self,
        .provide = provide,
    };
    *out = &self->table;
    return ENTITLE_OK;
}

void
entitle_credentials_provider_free(entitle_credentials_provider *provider)
{
    if (provider == NULL) {
        return;
    }
    default_chain *self = provider->context;
    entitle_runtime runtime = self->runtime;

    ent_wipe(self, sizeof(*self));
    ent_release(&runtime, self);
}
