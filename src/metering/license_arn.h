/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_LICENSE_ARN_H
#define ENT_METERING_LICENSE_ARN_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>

/* The pattern of the API model; ENTITLE_INVALID_INPUT. `where` begins the message. */
ENTITLE_CHECKED entitle_status
ent_license_arn_check(const char *where, const char *arn, entitle_error *error);

/* AWS prints one licence with and without "arn:" before it. */
bool ent_license_arn_equals(const char *one, const char *other);

/*
 * A copy with its "arn:", as AWS wants it; NULL for want of memory, or where it is
 * longer than 2,048 bytes.
 */
char *ent_license_arn_copy(const entitle_runtime *runtime, const char *arn);

#endif
