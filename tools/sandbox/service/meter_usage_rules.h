/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_METER_USAGE_RULES_H
#define SANDBOX_METER_USAGE_RULES_H

#include "journal/rules.h"

/* In the order in which they are judged. */
extern const sandbox_rule rule_meter_region;
extern const sandbox_rule rule_meter_caller;
extern const sandbox_rule rule_meter_client_token;
extern const sandbox_rule rule_meter_product;
extern const sandbox_rule rule_meter_sold;
extern const sandbox_rule rule_meter_dimension;
extern const sandbox_rule rule_meter_subscription;
extern const sandbox_rule rule_meter_dry_run;
extern const sandbox_rule rule_meter_future;
extern const sandbox_rule rule_meter_window;
extern const sandbox_rule rule_meter_start;
extern const sandbox_rule rule_meter_hour;
extern const sandbox_rule rule_meter_event;
extern const sandbox_rule rule_meter_repeated;
extern const sandbox_rule rule_meter_honoured;

#endif
