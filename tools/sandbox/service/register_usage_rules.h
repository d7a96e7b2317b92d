/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTER_USAGE_RULES_H
#define SANDBOX_REGISTER_USAGE_RULES_H

#include "journal/rules.h"

/* Of RegisterUsage, in the order in which they are judged. */
extern const sandbox_rule rule_register_region;
extern const sandbox_rule rule_register_platform;
extern const sandbox_rule rule_register_product;
extern const sandbox_rule rule_register_product_region;
extern const sandbox_rule rule_register_key_version;
extern const sandbox_rule rule_registered_before;
extern const sandbox_rule rule_register_subscription;
extern const sandbox_rule rule_registered;

#endif
