/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/partition.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/*
 * How the names of the Metering Service are made in each partition, from the endpoint
 * rules that AWS publishes with its SDKs. The service's label is sometimes
 * "metering.marketplace" and sometimes "metering-marketplace", by no rule of ours.
 */
typedef struct partition {
    const char *region_prefix;
    const char *label;
    const char *suffix;
    const char *dual_stack_label;
    const char *dual_stack_suffix;
} partition;

#define DOT    "metering.marketplace"
#define HYPHEN "metering-marketplace"
#define FIPS   "metering.marketplace-fips"

/* The last one stands for every Region that no other claims, as in AWS's rules. */
static const partition partitions[] = {
    { "cn-", DOT, "amazonaws.com.cn", HYPHEN, "api.amazonwebservices.com.cn" },
    { "eusc-", HYPHEN, "amazonaws.eu", DOT, "api.amazonwebservices.eu" },
    { "us-iso-", DOT, "c2s.ic.gov", DOT, "api.aws.ic.gov" },
    { "us-isob-", DOT, "sc2s.sgov.gov", DOT, "api.aws.scloud" },
    { "eu-isoe-", DOT, "cloud.adc-e.uk", DOT, "api.cloud-aws.adc-e.uk" },
    { "us-isof-", DOT, "csp.hci.ic.gov", DOT, "api.aws.hci.ic.gov" },
    { "", DOT, "amazonaws.com", HYPHEN, "api.aws" },
};

static const partition *
partition_of(const char *region)
{
    const partition *each = partitions;

    while (!ent_text_starts_with(region, each->region_prefix)) {
        each++;
    }
    return each;
}

void
ent_partition_metering_host(
    const char *region, ent_host_variant variant, char *out, size_t out_size)
{
    const partition *of = partition_of(region);
    const char *label = variant.dual_stack ? of->dual_stack_label : of->label;
    const char *suffix = variant.dual_stack ? of->dual_stack_suffix : of->suffix;

    (void)snprintf(
        out, out_size, "%s.%s.%s", variant.fips ? FIPS : label, region, suffix);
}

void
ent_partition_sts_host(
    const char *region, ent_host_variant variant, char *out, size_t out_size)
{
    const partition *of = partition_of(region);
    const char *suffix = variant.dual_stack ? of->dual_stack_suffix : of->suffix;
    /* In GovCloud the plain host is a FIPS host. */
    bool is_plain_fips = ent_text_starts_with(region, "us-gov-") && !variant.dual_stack;
    const char *label = variant.fips && !is_plain_fips ? "sts-fips" : "sts";

    (void)snprintf(out, out_size, "%s.%s.%s", label, region, suffix);
}

/* Whether `host` is `label`.R.`suffix` for a Region R of the partition. */
static bool
is_name(const partition *of, const char *host, const char *label, const char *suffix)
{
    char region[64];
    size_t label_length = strlen(label);

    if (!ent_text_starts_with(host, label) || host[label_length] != '.') {
        return false;
    }
    const char *name = host + label_length + 1;
    size_t length = strcspn(name, ".");
    if (length == 0 || length >= sizeof(region) || name[length] != '.' ||
        strcmp(name + length + 1, suffix) != 0) {
        return false;
    }
    memcpy(region, name, length);
    region[length] = '\0';
    return strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length &&
           partition_of(region) == of;
}

/* vpce-0123-abc.metering-marketplace.us-east-1.vpce.amazonaws.com */
static bool
is_vpc_endpoint(const partition *of, const char *host)
{
    char suffix[64];
    size_t id_length = strcspn(host, ".");

    if (!ent_text_starts_with(host, "vpce-") ||
        ent_text_starts_with(host, "vpce-svc-") || host[id_length] != '.') {
        return false;
    }
    (void)snprintf(suffix, sizeof(suffix), "vpce.%s", of->suffix);
    return is_name(of, host + id_length + 1, HYPHEN, suffix);
}

bool
ent_partition_is_metering_host(const char *host)
{
    for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++) {
        const partition *of = &partitions[i];
        if (is_name(of, host, of->label, of->suffix) ||
            is_name(of, host, of->dual_stack_label, of->dual_stack_suffix) ||
            is_name(of, host, FIPS, of->suffix) ||
            is_name(of, host, FIPS, of->dual_stack_suffix) ||
            is_vpc_endpoint(of, host)) {
            return true;
        }
    }
    return false;
}
