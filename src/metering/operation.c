/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/operation.h"

#include "metering/error_rules.h"

#include <stddef.h>
#include <string.h>

const ent_operation ent_operation_register_usage = {
    .name = "RegisterUsage",
    .required_member = "Signature",
    .confidential_member = "Nonce",
};

const ent_operation ent_operation_meter_usage = {
    .name = "MeterUsage",
    .required_member = "MeteringRecordId",
    .dry_run_code = "DryRunOperation",
};

const ent_operation ent_operation_batch_meter_usage = {
    .name = "BatchMeterUsage",
    .error_rules = ent_batch_meter_usage_error_rules,
};

const ent_operation ent_operation_resolve_customer = {
    .name = "ResolveCustomer",
    .confidential_member = "RegistrationToken",
    .error_rules = ent_resolve_customer_error_rules,
};

const ent_operation *
ent_operation_find(const char *name)
{
    static const ent_operation *const operations[] = {
        &ent_operation_register_usage,
        &ent_operation_meter_usage,
        &ent_operation_batch_meter_usage,
        &ent_operation_resolve_customer,
    };

    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (strcmp(operations[i]->name, name) == 0) {
            return operations[i];
        }
    }
    return NULL;
}
