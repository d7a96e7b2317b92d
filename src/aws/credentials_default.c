/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_cache.h"
#include "aws/credentials_chain.h"
#include "aws/endpoint.h"
#include "aws/region.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"

#include <entitle/credentials.h>

#include <stddef.h>
#include <stdio.h>

/* The chain with a cache before it. */
typedef struct default_provider {
    entitle_credentials_provider table; /* first: it is what the caller holds */
    entitle_runtime runtime;
    const entitle_transport *transport;
    entitle_transport *own_transport; /* NULL where the caller gave one */
    char region[ENT_REGION_SIZE];
    ent_credentials_cache cache;
} default_provider;

/* The files are read each time: credentials in them are renewed there. */
static entitle_status
provide(
    void *context,
    bool refresh,
    int64_t timeout_ms,
    entitle_credentials *out,
    entitle_error *error)
{
    default_provider *self = context;
    ent_profile_set *profiles = NULL;
    entitle_status status = ent_profile_set_load(&self->runtime, &profiles, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    const ent_credentials_request request = {
        .runtime = &self->runtime,
        .transport = self->transport,
        .profiles = profiles,
        .region = self->region,
        .deadline = ent_deadline_in(&self->runtime, timeout_ms),
    };
    status = ent_credentials_cache_provide(
        &self->cache, ent_credentials_from_chain, &request, refresh, out, error);
    ent_profile_set_free(profiles);
    return status;
}

static entitle_status
settle_transport(
    default_provider *self,
    const ent_profile_set *profiles,
    const entitle_credentials_options *options,
    entitle_error *error)
{
    const entitle_curl_options curl = {
        .struct_size = sizeof(curl),
        .runtime = &self->runtime,
        .ca_bundle = ent_endpoint_ca_bundle(&self->runtime, profiles),
    };
    entitle_status status = ENTITLE_OK;

    self->transport = options->transport;
    if (self->transport == NULL) {
        status = entitle_transport_new_curl(&curl, &self->own_transport, error);
        self->transport = self->own_transport;
    }
    return status;
}

/* A Region that is not known is missed only where STS is to be asked. */
static entitle_status
settle_region(
    default_provider *self,
    const ent_profile_set *profiles,
    const entitle_credentials_options *options,
    entitle_error *error)
{
    const ent_credentials_request settings = { .runtime = &self->runtime,
                                               .profiles = profiles };
    ent_region region;
    entitle_status status =
        ent_region_resolve(&settings, options->region, &region, error);

    if (status == ENTITLE_NO_REGION) {
        return ENTITLE_OK;
    }
    (void)snprintf(self->region, sizeof(self->region), "%s", region.name);
    return status;
}

static entitle_status
settle(
    default_provider *self,
    const entitle_credentials_options *options,
    entitle_error *error)
{
    ent_profile_set *profiles = NULL;
    entitle_status status = ent_profile_set_load(&self->runtime, &profiles, error);

    if (status == ENTITLE_OK) {
        status = settle_region(self, profiles, options, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_transport(self, profiles, options, error);
    }
    ent_profile_set_free(profiles);
    return status;
}

entitle_status
entitle_credentials_provider_new_default(
    const entitle_credentials_options *options,
    entitle_credentials_provider **out,
    entitle_error *error)
{
    entitle_credentials_options settled = { .struct_size = sizeof(settled) };
    entitle_runtime runtime;
    entitle_status status;

    *out = NULL;
    if (options != NULL && !ent_options_copy(&settled, sizeof(settled), options)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the credentials options are of another version");
    }
    if (settled.transport != NULL && settled.transport->perform == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the transport has no perform function");
    }
    status = ent_runtime_fill(&runtime, settled.runtime, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    default_provider *self = ent_allocate(&runtime, sizeof(*self));
    if (self == NULL) {
        return ent_fail_memory(error);
    }
    self->runtime = runtime;
    self->table = (entitle_credentials_provider){
        .struct_size = sizeof(self->table),
        .context = self,
        .provide = provide,
    };
    status = settle(self, &settled, error);
    if (status != ENTITLE_OK) {
        entitle_credentials_provider_free(&self->table);
        return status;
    }
    *out = &self->table;
    return ENTITLE_OK;
}

void
entitle_credentials_provider_free(entitle_credentials_provider *provider)
{
    if (provider == NULL) {
        return;
    }
    default_provider *self = provider->context;
    entitle_runtime runtime = self->runtime;

    entitle_transport_free(self->own_transport);
    ent_wipe(self, sizeof(*self));
    ent_release(&runtime, self);
}
