/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PARTITION_H
#define ENT_AWS_PARTITION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The host of the Metering Service in a Region, by AWS's endpoint rules for
 * each partition.
 */
void ent_partition_metering_host(const char *region, char *out, size_t out_size);

/*
 * Whether a host name (lower case) is one under which AWS itself runs the Metering
 * Service: the plain, FIPS and dual-stack names of every partition, and those of
 * interface VPC endpoints. Not every name under amazonaws.com is: customers get names
 * there, too.
 */
bool ent_partition_is_metering_host(const char *host);

#endif
