/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_USAGE_RULES_H
#define SANDBOX_USAGE_RULES_H

#include "play/call.h"
#include "service/usage_input.h"

/*
 * What tags and allocations have to be beyond the types and constraints of the model.
 * Of a batch, the tags of all records come before the allocations of any. On false the
 * call has been refused.
 */
extern const sandbox_rule rule_usage_tags;
extern const sandbox_rule rule_usage_allocations;

bool usage_check_tags(sandbox_call *call, const usage_input *usage);
bool usage_check_allocations(sandbox_call *call, const usage_input *usage);

#endif
