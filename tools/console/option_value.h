/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_OPTION_VALUE_H
#define CONSOLE_OPTION_VALUE_H

#include "console/options.h"

/*
 * Understands the text of a value, from a flag or a variable. False, with what would be
 * right in `reason`, when it is not of the rule's kind.
 */
bool option_value_read(
    const option_rule *rule, option_value *value, char *reason, size_t reason_size);

#endif
