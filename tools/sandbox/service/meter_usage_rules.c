/* SPDX-License-Identifier: Apache-2.0 */
#include "service/meter_usage_rules.h"

#include <stddef.h>

#define METER_USAGE                                                                    \
    "https://docs.aws.amazon.com/marketplace/latest/APIReference/"                     \
    "API_marketplace-metering_MeterUsage.html"
#define CONTAINER_GUIDE                                                                \
    "https://docs.aws.amazon.com/marketplace/latest/userguide/"                        \
    "container-metering-meterusage.html"

const sandbox_rule rule_meter_region = {
    "usage is reported in the Region where the task, pod or instance runs", METER_USAGE
};
const sandbox_rule rule_meter_caller = {
    "usage is reported by an EC2 instance, an ECS task, a pod with a role for its "
    "service account, or an AgentCore runtime",
    CONTAINER_GUIDE
};
const sandbox_rule rule_meter_client_token = {
    "usage from AgentCore carries a ClientToken", METER_USAGE
};
const sandbox_rule rule_meter_product = {
    "the product code is that of a container or AMI product", METER_USAGE
};
const sandbox_rule rule_meter_sold = { "the product is sold in the Region",
                                       METER_USAGE };
const sandbox_rule rule_meter_dimension = {
    "the usage dimension is one of the product's", METER_USAGE
};
const sandbox_rule rule_meter_subscription = {
    "the account of the task, pod or instance has an active subscription now",
    METER_USAGE
};
const sandbox_rule rule_meter_dry_run = {
    "a dry run that finds nothing wrong is answered with DryRunOperation", METER_USAGE
};
const sandbox_rule rule_meter_future = {
    "usage is reported at most five minutes before it happens", NULL
};
const sandbox_rule rule_meter_window = {
    "usage is reported at most six hours after it happened", METER_USAGE
};
const sandbox_rule rule_meter_start = {
    "usage does not lie in hours before the task, pod or instance began", METER_USAGE
};
const sandbox_rule rule_meter_hour = {
    "an hour of a dimension and task, pod or instance has one quantity, and it cannot "
    "be changed",
    METER_USAGE
};
const sandbox_rule rule_meter_event = { "a ClientToken stands for one request only",
                                        METER_USAGE };
const sandbox_rule rule_meter_repeated = {
    "the same usage again gets the same id, and counts once", METER_USAGE
};
const sandbox_rule rule_meter_honoured = { "usage of a subscribed account is honoured",
                                           METER_USAGE };
