/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/client.h"

#include "aws/clock_offset.h"
#include "aws/credentials_source.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "metering/error_rules.h"

#include <stddef.h>

enum { DEADLINE_MS = 60000 };

/* Where a program of an older version ends the struct, nothing follows. */
static bool
is_half_for_several(const entitle_transport *transport)
{
    if (transport->struct_size < sizeof(*transport)) {
        return false;
    }
    bool has_start = transport->start != NULL;

    return (transport->wait != NULL) != has_start ||
           (transport->cancel != NULL) != has_start;
}

static entitle_status
check_options(const entitle_metering_options *options, entitle_error *error)
{
    const entitle_transport *transport = options->transport;
    const entitle_credentials_provider *credentials = options->credentials;

    if (transport != NULL && transport->perform == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the transport has no perform function");
    }
    if (transport != NULL && is_half_for_several(transport)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the transport has only some of start, wait and cancel");
    }
    if (credentials != NULL && credentials->provide == NULL) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the credentials provider has no provide function");
    }
    if (options->deadline_ms < 0) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the deadline is less than nothing");
    }
    return ENTITLE_OK;
}

static entitle_status
settle_transport(
    entitle_metering *metering,
    const entitle_metering_options *options,
    entitle_error *error)
{
    const entitle_curl_options curl = {
        .struct_size = sizeof(curl),
        .runtime = &metering->runtime,
        .ca_bundle = ent_endpoint_ca_bundle(&metering->runtime, metering->profiles),
    };
    entitle_status status = ENTITLE_OK;

    metering->service.transport = options->transport;
    if (options->transport == NULL) {
        status = entitle_transport_new_curl(&curl, &metering->own_transport, error);
        metering->service.transport = metering->own_transport;
    }
    return status;
}

static entitle_status
settle_places(
    entitle_metering *metering,
    const entitle_metering_options *options,
    entitle_error *error)
{
    const entitle_runtime *runtime = &metering->runtime;
    const ent_credentials_request request = {
        .runtime = runtime,
        .transport = metering->service.transport,
        .profiles = metering->profiles,
        .region = "",
        .deadline = ent_deadline_in(runtime, metering->deadline_ms),
    };
    entitle_status status =
        ent_region_resolve(&request, options->region, &metering->region, error);

    if (status == ENTITLE_OK) {
        status = ent_endpoint_resolve(
            runtime,
            metering->profiles,
            options->endpoint,
            &metering->region,
            &metering->endpoint,
            error);
    }
    return status;
}

static entitle_status
settle_credentials(
    entitle_metering *metering,
    const entitle_metering_options *options,
    entitle_error *error)
{
    const entitle_credentials_options ordinary = {
        .struct_size = sizeof(ordinary),
        .runtime = &metering->runtime,
        .transport = metering->service.transport,
        .region = metering->region.name,
    };
    entitle_status status = ENTITLE_OK;

    metering->service.credentials = options->credentials;
    if (options->credentials == NULL) {
        status = entitle_credentials_provider_new_default(
            &ordinary, &metering->own_credentials, error);
        metering->service.credentials = metering->own_credentials;
    }
    return status;
}

static entitle_status
settle(
    entitle_metering *metering,
    const entitle_metering_options *options,
    entitle_error *error)
{
    ent_json_service *service = &metering->service;
    entitle_status status;

    service->runtime = &metering->runtime;
    service->endpoint = &metering->endpoint;
    service->region = metering->region.name;
    service->signing_name = "aws-marketplace";
    service->target_prefix = "AWSMPMeteringService";
    service->signing_key = &metering->signing_key;
    service->error_rules = ent_metering_error_rules;
    service->retry_quota.tokens = ENT_RETRY_QUOTA_CAPACITY;
    metering->deadline_ms =
        options->deadline_ms > 0 ? options->deadline_ms : DEADLINE_MS;

    /* Settings that need nobody else come first: a mistake in them costs no time. */
    status = ent_retry_policy_resolve(
        service->runtime,
        options->retry == ENTITLE_RETRY_UNTIL_DEADLINE,
        &service->retry_policy,
        error);
    if (status == ENTITLE_OK) {
        status = ent_profile_set_load(&metering->runtime, &metering->profiles, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_transport(metering, options, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_places(metering, options, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_credentials(metering, options, error);
    }
    return status;
}

entitle_status
entitle_metering_new(
    const entitle_metering_options *options,
    entitle_metering **out,
    entitle_error *error)
{
    entitle_metering_options settled = { .struct_size = sizeof(settled) };
    entitle_runtime runtime;
    entitle_status status;

    *out = NULL;
    if (options != NULL && !ent_options_copy(&settled, sizeof(settled), options)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the metering options are of another version");
    }
    status = check_options(&settled, error);
    if (status == ENTITLE_OK) {
        status = ent_runtime_fill(&runtime, settled.runtime, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }

    entitle_metering *metering = ent_allocate(&runtime, sizeof(*metering));
    if (metering == NULL) {
        return ent_fail_memory(error);
    }
    metering->runtime = runtime;
    status = settle(metering, &settled, error);
    if (status != ENTITLE_OK) {
        entitle_metering_free(metering);
        return status;
    }
    *out = metering;
    return ENTITLE_OK;
}

void
entitle_metering_free(entitle_metering *metering)
{
    if (metering == NULL) {
        return;
    }
    entitle_runtime runtime = metering->runtime;

    entitle_credentials_provider_free(metering->own_credentials);
    entitle_transport_free(metering->own_transport);
    ent_profile_set_free(metering->profiles);
    ent_wipe(&metering->signing_key, sizeof(metering->signing_key));
    ent_release(&runtime, metering);
}

const char *
entitle_metering_region(const entitle_metering *metering)
{
    return metering != NULL ? metering->region.name : "";
}

const char *
entitle_metering_region_origin(const entitle_metering *metering)
{
    return metering != NULL ? metering->region.origin : "";
}

const char *
entitle_metering_endpoint(const entitle_metering *metering)
{
    return metering != NULL ? metering->endpoint.text : "";
}

entitle_credentials_kind
entitle_metering_credentials_kind(const entitle_metering *metering)
{
    return metering != NULL ? metering->service.credentials_kind
                            : ENTITLE_CREDENTIALS_UNKNOWN;
}

uint32_t
entitle_metering_attempts(const entitle_metering *metering)
{
    return metering != NULL ? metering->service.attempts : 0;
}

int64_t
ent_metering_date_offset_ms(const entitle_metering *metering)
{
    if (metering == NULL ||
        ent_clock_has_been_set(
            metering->service.runtime, metering->service.clock_set_ms)) {
        return 0;
    }
    return metering->service.clock_offset_ms;
}

int64_t
entitle_metering_clock_offset_ms(const entitle_metering *metering)
{
    int64_t offset_ms = ent_metering_date_offset_ms(metering);

    if (offset_ms == 0) {
        return 0;
    }
    int64_t signed_ms = metering->service.signing_offset_ms;
    int64_t apart_ms = offset_ms - signed_ms;
    return apart_ms <= ENT_CLOCK_TOLERANCE_MS && apart_ms >= -ENT_CLOCK_TOLERANCE_MS
               ? offset_ms
               : signed_ms;
}
