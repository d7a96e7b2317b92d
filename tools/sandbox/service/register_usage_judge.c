/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage_judge.h"

#include "service/caller.h"
#include "service/region_rules.h"
#include "service/register_usage_rules.h"

#include <string.h>

static bool
refuse_region(sandbox_call *call, const sandbox_rule *rule)
{
    return call_refuse(
        call,
        "InvalidRegionException",
        rule,
        "RegisterUsage must be called in the same AWS Region the ECS task was launched "
        "in.");
}

static bool
check_caller(sandbox_call *call, const sandbox_identity *caller)
{
    if (strcmp(call->region, caller->region) != 0) {
        return refuse_region(call, &rule_register_region);
    }
    if (!region_check_documented(
            call,
            REGIONS_OF_REGISTER_USAGE,
            "InvalidRegionException",
            "RegisterUsage is not offered in this AWS Region.")) {
        return false;
    }
    if (!identity_kind_registers(caller->kind)) {
        return call_refuse(
            call,
            "PlatformNotSupportedException",
            &rule_register_platform,
            "This operation can only be called from within an ECS task or an EKS pod");
    }
    return true;
}

static bool
is_container(const market_product *product)
{
    return product->kind == PRODUCT_CONTAINER || product->kind == PRODUCT_ANY;
}

static bool
check_product(sandbox_call *call, const market_product *product)
{
    if (product == NULL || !is_container(product)) {
        return call_refuse(
            call,
            "InvalidProductCodeException",
            &rule_register_product,
            "The product code passed does not match the product code used for "
            "publishing the product.");
    }
    return region_sells(call->region, product) ||
           refuse_region(call, &rule_register_product_region);
}

/* Only the first call of a task or pod is asked whether its account has subscribed. */
static bool
admit(sandbox_call *call, const sandbox_identity *caller, const market_product *product)
{
    identity_list *identities = call->sandbox->identities;
    if (identities_is_registered(identities, caller->number, product)) {
        call->entry.rule = &rule_registered_before;
        return true;
    }
    if (!caller_is_subscribed(call, caller, product)) {
        return call_refuse(
            call,
            "CustomerNotEntitledException",
            &rule_register_subscription,
            "The customer does not have an active subscription to the product.");
    }
    if (!identities_register(identities, caller->number, product)) {
        call_fail_store(call);
        return false;
    }
    call->entry.rule = &rule_registered;
    return true;
}

const signing_keys *
register_usage_judge(sandbox_call *call, const register_usage_input *input)
{
    const sandbox_core *sandbox = call->sandbox;
    const sandbox_identity *caller = caller_find(call);
    if (caller == NULL || !check_caller(call, caller)) {
        return NULL;
    }
    const market_product *product =
        market_find_product(sandbox->market, input->product_code);
    if (!check_product(call, product)) {
        return NULL;
    }
    const signing_keys *keys = product_keys_of(sandbox->keys, product);
    if (signing_keys_find(keys, input->key_version) == NULL) {
        call_refuse(
            call,
            "InvalidPublicKeyVersionException",
            &rule_register_key_version,
            "Public Key version is invalid.");
        return NULL;
    }
    return admit(call, caller, product) ? keys : NULL;
}
