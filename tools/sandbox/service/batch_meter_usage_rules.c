/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage_rules.h"

#include <stddef.h>

#define REFERENCE    "https://docs.aws.amazon.com/marketplace/latest/APIReference/"
#define BATCH        REFERENCE "API_marketplace-metering_BatchMeterUsage.html"
#define USAGE_RECORD REFERENCE "API_marketplace-metering_UsageRecord.html"
#define RESULT       REFERENCE "API_marketplace-metering_UsageRecordResult.html"

const sandbox_rule rule_batch_names_customer = {
    "a record names its customer by CustomerIdentifier or by CustomerAWSAccountId, not "
    "by both",
    BATCH
};
const sandbox_rule rule_batch_names_licensee = {
    "a LicenseArn goes with CustomerAWSAccountId", BATCH
};
const sandbox_rule rule_batch_names_product = {
    "the request names its product, or every record its licence", BATCH
};
const sandbox_rule rule_batch_product = {
    "the product code is that of a SaaS product of the calling seller", BATCH
};
const sandbox_rule rule_batch_customer = { "the customer exists", BATCH };
const sandbox_rule rule_batch_license = {
    "the licence is the customer's, and for a SaaS product of the calling seller", BATCH
};
const sandbox_rule rule_batch_one_product = { "a batch is for one product", BATCH };
const sandbox_rule rule_batch_dimension = { "the dimension is one of the product's",
                                            BATCH };
const sandbox_rule rule_batch_license_active = {
    "the licence is active, and was in the hour of the usage", BATCH
};
const sandbox_rule rule_batch_future = {
    "usage lies at most five minutes in the future", NULL
};
const sandbox_rule rule_batch_window = {
    "usage is reported less than 24 hours after it happened", BATCH
};
const sandbox_rule rule_batch_month_end = {
    "usage of last month is reported before 06:00 UTC on the first", BATCH
};

const sandbox_rule rule_batch_doubled = {
    "honoured, but billed twice: one customer-hour came with and without LicenseArn",
    BATCH
};
const sandbox_rule rule_batch_duplicate = {
    "an hour of a customer and dimension has one quantity, and it cannot be changed",
    RESULT
};
const sandbox_rule rule_batch_not_subscribed = {
    "usage is honoured while the customer has an active subscription", RESULT
};
const sandbox_rule rule_batch_honoured = {
    "usage is honoured, and the same again gets the same id", USAGE_RECORD
};
