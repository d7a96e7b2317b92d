/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_OPERATION_H
#define ENT_METERING_OPERATION_H

#include "aws/service_error.h"

/* What is special about an operation of the service. */
typedef struct ent_operation {
    const char *name;
    const char *required_member;     /* of the answer, a string; NULL: none */
    const char *confidential_member; /* of the request; NULL: none */
    const char *dry_run_code; /* the error that means success then; NULL: no dry run */
    const ent_error_rule *error_rules; /* asked before those of the service */
} ent_operation;

extern const ent_operation ent_operation_register_usage;
extern const ent_operation ent_operation_meter_usage;
extern const ent_operation ent_operation_batch_meter_usage;
extern const ent_operation ent_operation_resolve_customer;

/* By its exact name; NULL for any other. */
const ent_operation *ent_operation_find(const char *name);

#endif
