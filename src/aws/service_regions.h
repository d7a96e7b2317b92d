/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_SERVICE_REGIONS_H
#define ENT_AWS_SERVICE_REGIONS_H

#include <stdbool.h>

/*
 * Whether AWS listed the Region for RegisterUsage and for MeterUsage on EKS when this
 * was written. Such lists grow: good for a warning, never for a refusal.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-regions.html
 */
bool ent_service_region_is_listed(const char *region);

#endif
