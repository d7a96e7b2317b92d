/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage_rules.h"

#define PAGE                                                                           \
    "https://docs.aws.amazon.com/marketplace/latest/APIReference/"                     \
    "API_marketplace-metering_RegisterUsage.html"

const sandbox_rule rule_register_region = {
    "a task or pod registers in the Region where it runs", PAGE
};
const sandbox_rule rule_register_platform = {
    "only an ECS task or an EKS pod registers", PAGE
};
const sandbox_rule rule_register_product = {
    "the product code is that of a container product", PAGE
};
const sandbox_rule rule_register_product_region = {
    "the container product is sold in the Region", PAGE
};
const sandbox_rule rule_register_key_version = {
    "the key version is one of the product's", PAGE
};
const sandbox_rule rule_registered_before = {
    "a registered task or pod is not asked for its subscription again", PAGE
};
const sandbox_rule rule_register_subscription = {
    "the first call of a task or pod for a product needs a subscription", PAGE
};
const sandbox_rule rule_registered = {
    "the first call of a subscribed task or pod registers it", PAGE
};
