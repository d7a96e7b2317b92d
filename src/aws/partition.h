/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PARTITION_H
#define ENT_AWS_PARTITION_H

#include <stdbool.h>
#include <stddef.h>

/* Which of the names that a service has in a Region. */
typedef struct ent_host_variant {
    bool fips;
    bool dual_stack;
} ent_host_variant;

/*
 * The hosts of the Metering Service and of STS in a Region, by AWS's endpoint rules for
 * each partition. The rules name FIPS hosts in every Region, whether they exist or not.
 */
void ent_partition_metering_host(
    const char *region, ent_host_variant variant, char *out, size_t out_size);
void ent_partition_sts_host(
    const char *region, ent_host_variant variant, char *out, size_t out_size);

/*
 * Whether a host name (lower case) is one under which AWS itself runs the Metering
 * Service: the plain, FIPS and dual-stack names of every partition, and those of
 * interface VPC endpoints. Not every name under amazonaws.com is: customers get names
 * there, too.
 */
bool ent_partition_is_metering_host(const char *host);

#endif
