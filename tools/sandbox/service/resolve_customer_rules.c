/* SPDX-License-Identifier: Apache-2.0 */
#include "service/resolve_customer_rules.h"

#define PAGE                                                                           \
    "https://docs.aws.amazon.com/marketplace/latest/APIReference/"                     \
    "API_marketplace-metering_ResolveCustomer.html"

const sandbox_rule rule_resolve_token = { "the registration token exists", PAGE };
const sandbox_rule rule_resolve_publisher = {
    "a registration token is resolved by the account that published the product", PAGE
};
const sandbox_rule rule_resolve_expiry = {
    "a registration token is redeemed before it expires", PAGE
};
const sandbox_rule rule_resolve_uses = {
    "a registration token is redeemed no more often than it may be", PAGE
};
const sandbox_rule rule_resolved = {
    "the registration token tells the customer, the product and the licence", PAGE
};
