/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PLACE_H
#define SANDBOX_PLACE_H

#include "base/buffer.h"

/* Names of things in the buyer's account and the Region, as AWS writes them. */

#define PLACE_TASK_ROLE     "sandbox-task-role"
#define PLACE_POD_ROLE      "sandbox-pod-role"
#define PLACE_INSTANCE_ROLE "sandbox-instance-role"

/* "aws", "aws-cn" or "aws-us-gov" */
const char *place_partition(const char *region);

/* "amazonaws.com" or China's own */
const char *place_dns_suffix(const char *region);

/* The same for names that have an IPv6 address, too: "api.aws" */
const char *place_dual_stack_suffix(const char *region);

/* arn:PARTITION:iam::ACCOUNT:role/NAME */
void place_append_role_arn(
    ent_buffer *out, const char *region, const char *account, const char *name);

#endif
