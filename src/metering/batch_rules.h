/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_BATCH_RULES_H
#define ENT_METERING_BATCH_RULES_H

#include "metering/usage_batch.h"

#include <stdbool.h>

/* How one record names its customer. `where` begins the message. */
ENTITLE_CHECKED entitle_status ent_batch_rules_check_customer(
    const entitle_customer_usage *record,
    bool has_product_code,
    const char *where,
    entitle_error *error);

/* What records that are right by themselves may not be in one batch. */
ENTITLE_CHECKED entitle_status
ent_batch_rules_check_together(const ent_usage_batch *batch, entitle_error *error);

#endif
