/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_ERROR_RULES_H
#define ENT_METERING_ERROR_RULES_H

#include "aws/service_error.h"

/* What the Metering Service's own errors mean; ends with a NULL code. */
extern const ent_error_rule ent_metering_error_rules[];

/* Where BatchMeterUsage has rules of its own. */
extern const ent_error_rule ent_batch_meter_usage_error_rules[];

/* Where ResolveCustomer means something else by a code that every service has. */
extern const ent_error_rule ent_resolve_customer_error_rules[];

#endif
