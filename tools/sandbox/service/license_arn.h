/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LICENSE_ARN_H
#define SANDBOX_LICENSE_ARN_H

#include <stdbool.h>

#define LICENSE_ARN_PATTERN                                                            \
    "^(arn:)?aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:"    \
    "[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$"

/*
 * Whether a text is written as the ARN of a licence. AWS prints them with and without
 * "arn:" in front, so that is optional here; the rest is the model's.
 */
bool license_arn_is_valid(const char *text);

#endif
