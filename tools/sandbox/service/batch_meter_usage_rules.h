/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_RULES_H
#define SANDBOX_BATCH_METER_USAGE_RULES_H

#include "journal/rules.h"

/* Of BatchMeterUsage, in the order in which they are judged. */
extern const sandbox_rule rule_batch_names_customer;
extern const sandbox_rule rule_batch_names_licensee;
extern const sandbox_rule rule_batch_names_product;
extern const sandbox_rule rule_batch_product;
extern const sandbox_rule rule_batch_customer;
extern const sandbox_rule rule_batch_license;
extern const sandbox_rule rule_batch_one_product;
extern const sandbox_rule rule_batch_dimension;
extern const sandbox_rule rule_batch_license_active;
extern const sandbox_rule rule_batch_future;
extern const sandbox_rule rule_batch_window;
extern const sandbox_rule rule_batch_month_end;

/* How it came out; where several are true, the first of them. */
extern const sandbox_rule rule_batch_doubled;
extern const sandbox_rule rule_batch_duplicate;
extern const sandbox_rule rule_batch_not_subscribed;
extern const sandbox_rule rule_batch_honoured;

#endif
