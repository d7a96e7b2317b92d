/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/endpoint_rule.h"

#include "aws/partition.h"
#include "base/error.h"

#include <stddef.h>

bool
ent_gate_is_aws(const entitle_metering *metering)
{
    const ent_url *url = &metering->endpoint.url;

    return url->is_https && ent_partition_is_metering_host(url->host);
}

static entitle_status
refuse_endpoint(const entitle_metering *metering, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_SEALED,
        "this build speaks to AWS only, not to %s (from %s)",
        metering->endpoint.url.host,
        metering->endpoint.origin);
    ent_hint(error, "remove the endpoint from the settings");
    return ENTITLE_SEALED;
}

/*
 * Where nothing is signed, whoever chooses the host or the CAs chooses the answer. Even
 * AWS's own host is refused as an override: it need not be the one of the Region.
 */
static entitle_status
check_ordinary_tls(const entitle_metering *metering, entitle_error *error)
{
    if (metering->endpoint.is_overridden) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build rests on TLS alone and takes no other "
            "endpoint than the Region's, not %s (from %s)",
            metering->endpoint.url.host,
            metering->endpoint.origin);
        ent_hint(error, "remove the endpoint from the settings");
        return ENTITLE_SEALED;
    }
    if (ent_endpoint_ca_bundle(&metering->runtime, metering->profiles) != NULL) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build rests on TLS alone and trusts the system's CAs only, not those "
            "that a setting names");
        ent_hint(error, "remove AWS_CA_BUNDLE, or ca_bundle from the profile");
        return ENTITLE_SEALED;
    }
    return ENTITLE_OK;
}

/*
 * A wrong endpoint cannot sign, but it can relay answers that an entitled pod obtained,
 * so a sealed build speaks to AWS only.
 */
entitle_status
ent_gate_check_endpoint(
    const ent_gate_settings *settings,
    const entitle_metering *metering,
    entitle_error *error)
{
    if (settings->must_be_ordinary_tls) {
        entitle_status status = check_ordinary_tls(metering, error);

        if (status != ENTITLE_OK) {
            return status;
        }
    }
    if (settings->may_ask_any_host || ent_gate_is_aws(metering)) {
        return ENTITLE_OK;
    }
    return refuse_endpoint(metering, error);
}
