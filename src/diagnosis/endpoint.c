/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/partition.h"
#include "base/runtime.h"
#include "diagnosis/examination.h"
#include "gate/seal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool
is_sealed_against_others(void)
{
    return ent_seal_compiled_in.product_code != NULL &&
           !ent_seal_compiled_in.any_endpoint;
}

static void
find_foreign_host(const ent_examination *examination, const char *host)
{
    const char *origin = examination->endpoint->origin;
    char fix[160];

    if (is_sealed_against_others()) {
        (void)snprintf(fix, sizeof(fix), "remove %s: this build is sealed", origin);
        ent_find_failure(
            examination->diagnosis,
            "endpoint",
            fix,
            "%s, from %s, is no host of AWS's, and this build speaks to no other",
            host,
            origin);
        return;
    }
    (void)snprintf(
        fix, sizeof(fix), "remove %s, unless it is meant, as for a sandbox", origin);
    ent_find_warning(
        examination->diagnosis,
        "endpoint",
        fix,
        "%s, from %s, is no host of AWS's",
        host,
        origin);
}

/* Where nothing is signed, the seal allows neither another host nor other CAs. */
static bool
find_sealed_tls(const ent_examination *examination)
{
    const ent_endpoint *endpoint = examination->endpoint;
    char fix[160];

    if (ent_seal_compiled_in.product_code == NULL ||
        examination->route != ENTITLE_ROUTE_METER_USAGE) {
        return false;
    }
    if (ent_endpoint_ca_bundle(examination->runtime, examination->profiles) != NULL) {
        ent_find_failure(
            examination->diagnosis,
            "ca-bundle",
            "remove AWS_CA_BUNDLE, or ca_bundle from the profile",
            "named by a setting, and this build trusts the system's CAs only");
    }
    if (!endpoint->is_overridden) {
        return false;
    }
    (void)snprintf(
        fix, sizeof(fix), "remove %s: this build is sealed", endpoint->origin);
    ent_find_failure(
        examination->diagnosis,
        "endpoint",
        fix,
        "%s, from %s, and this build takes the Region's only",
        endpoint->url.host,
        endpoint->origin);
    return true;
}

void
ent_examine_endpoint(ent_examination *examination)
{
    const ent_endpoint *endpoint = examination->endpoint;
    char host[ENT_HOST_LIMIT + 8];

    if (endpoint == NULL || find_sealed_tls(examination)) {
        return;
    }
    ent_url_host_header(&endpoint->url, host);
    if (!ent_partition_is_metering_host(endpoint->url.host)) {
        find_foreign_host(examination, host);
    } else if (endpoint->is_overridden) {
        ent_find_ok(
            examination->diagnosis,
            "endpoint",
            "%s, from %s in place of the Region's",
            host,
            endpoint->origin);
    } else {
        ent_find_ok(examination->diagnosis, "endpoint", "%s, by Region", host);
    }
}
