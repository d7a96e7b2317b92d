/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RESOLVE_CUSTOMER_RULES_H
#define SANDBOX_RESOLVE_CUSTOMER_RULES_H

#include "journal/rules.h"

/* In the order in which they are judged. */
extern const sandbox_rule rule_resolve_token;
extern const sandbox_rule rule_resolve_publisher;
extern const sandbox_rule rule_resolve_expiry;
extern const sandbox_rule rule_resolve_uses;
extern const sandbox_rule rule_resolved;

#endif
