/* SPDX-License-Identifier: Apache-2.0 */
#include "service/caller.h"

const sandbox_identity *
caller_find(sandbox_call *call)
{
    const sandbox_identity *caller = call_find_signer(call);
    if (caller == NULL) {
        call_refuse(
            call,
            "UnrecognizedClientException",
            &rule_signature_key,
            "The security token included in the request is invalid.");
    }
    return caller;
}

bool
caller_is_subscribed(
    const sandbox_call *call,
    const sandbox_identity *caller,
    const market_product *product)
{
    const sandbox_core *sandbox = call->sandbox;
    const market_customer *customer =
        market_find_account(sandbox->market, caller->account);
    if (customer == NULL) {
        return false;
    }
    const sandbox_subscription *subscription =
        subscriptions_find(sandbox->subscriptions, product, customer, call->service_s);
    return subscription != NULL &&
           subscription_is_active(subscription, call->service_s);
}
