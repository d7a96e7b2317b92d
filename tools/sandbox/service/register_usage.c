/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage.h"

#include "base/json.h"
#include "service/register_usage_input.h"
#include "signing/token_signer.h"

#include <inttypes.h>
#include <string.h>

enum { TOKEN_LIMIT = 64 * 1024 };

/* Called with the lock held. `caller` is NULL where it has gone since it signed. */
static bool
check_caller(sandbox_call *call, const sandbox_identity *caller)
{
    if (caller == NULL) {
        call_refuse(
            call,
            "UnrecognizedClientException",
            &rule_signature_key,
            "The security token included in the request is invalid.");
        return false;
    }
    if (strcmp(call->region, caller->region) != 0) {
        call_refuse(
            call,
            "InvalidRegionException",
            &rule_region,
            "RegisterUsage must be called in the same "
            "AWS Region the ECS task was launched in.");
        return false;
    }
    if (!identity_kind_registers(caller->kind)) {
        call_refuse(
            call,
            "PlatformNotSupportedException",
            &rule_platform,
            "This operation can only be called from within an ECS task or an EKS pod");
        return false;
    }
    return true;
}

/* Called with the lock held. */
static bool
check_input(sandbox_call *call, const register_usage_input *input)
{
    const sandbox_core *sandbox = call->sandbox;
    const market_product *product = &sandbox->market->products[0];
    if (strcmp(input->product_code, product->code) != 0) {
        call_refuse(
            call,
            "InvalidProductCodeException",
            &rule_product,
            "The product code passed does not match the "
            "product code used for publishing the product.");
        return false;
    }
    if (signing_keys_find(&sandbox->keys, input->key_version) == NULL) {
        call_refuse(
            call,
            "InvalidPublicKeyVersionException",
            &rule_key_version,
            "Public Key version is invalid.");
        return false;
    }
    return true;
}

/* Called with the lock held. */
static bool
is_subscribed(const sandbox_call *call, const sandbox_identity *caller)
{
    const sandbox_core *sandbox = call->sandbox;
    const market_customer *customer =
        market_find_account(sandbox->market, caller->account);
    if (customer == NULL) {
        return false;
    }
    const sandbox_subscription *subscription = subscriptions_find(
        sandbox->subscriptions,
        &sandbox->market->products[0],
        customer,
        call->service_s);
    return subscription != NULL &&
           subscription_is_active(subscription, call->service_s);
}

/* Called with the lock held. */
static bool
admit(sandbox_call *call, const sandbox_identity *caller)
{
    const sandbox_core *sandbox = call->sandbox;
    const market_product *product = &sandbox->market->products[0];
    if (identities_is_registered(sandbox->identities, caller->number, product)) {
        call->entry.rule = &rule_registered_before;
        return true;
    }
    if (!is_subscribed(call, caller)) {
        call_refuse(
            call,
            "CustomerNotEntitledException",
            &rule_subscription,
            "The customer does not have an active subscription to the product.");
        return false;
    }
    if (!identities_register(sandbox->identities, caller->number, product)) {
        call_fail_store(call);
        return false;
    }
    call->entry.rule = &rule_honoured;
    return true;
}

/* Decides, and on true leaves an order whose key is a reference of its own. */
static bool
decide(sandbox_call *call, const register_usage_input *input, token_order *order)
{
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    const sandbox_identity *caller =
        identities_find(sandbox->identities, call->identity);
    bool is_admitted =
        check_caller(call, caller) && check_input(call, input) && admit(call, caller);
    if (is_admitted) {
        const signing_key *key = signing_keys_find(&sandbox->keys, input->key_version);
        bool wants_stranger = order->twist == TOKEN_OTHER_KEY;
        order->key = wants_stranger ? sandbox->keys.stranger : key->key;
        order->rotated_at_s = key->rotated_at_s;
        is_admitted = order->key != NULL && EVP_PKEY_up_ref(order->key) == 1;
        if (!is_admitted) {
            order->key = NULL;
            call_fail(call);
        }
    }
    pthread_mutex_unlock(&sandbox->lock);
    return is_admitted;
}

/* Puts the token that was handed out before into `token`, if there is one. */
static bool
recall_token(sandbox_core *sandbox, ent_buffer *token)
{
    pthread_mutex_lock(&sandbox->lock);
    const ent_buffer *last = &sandbox->last_token;
    if (last->length > 0) {
        ent_buffer_append(token, last->bytes, last->length);
    }
    pthread_mutex_unlock(&sandbox->lock);
    return token->length > 0;
}

static void
remember_token(sandbox_core *sandbox, const ent_buffer *token)
{
    pthread_mutex_lock(&sandbox->lock);
    ent_buffer_clear(&sandbox->last_token);
    ent_buffer_append(&sandbox->last_token, token->bytes, token->length);
    pthread_mutex_unlock(&sandbox->lock);
}

static bool
make_token(sandbox_call *call, const token_order *order, ent_buffer *token)
{
    if (order->twist == TOKEN_REPLAY && recall_token(call->sandbox, token)) {
        return true;
    }
    if (!token_sign(order, token)) {
        return false;
    }
    if (order->twist == TOKEN_HONEST) {
        remember_token(call->sandbox, token);
    }
    return true;
}

static void
answer_token(sandbox_call *call, const token_order *order)
{
    ent_buffer token;
    ent_buffer_init(&token, &call->sandbox->runtime, TOKEN_LIMIT);
    if (!make_token(call, order, &token)) {
        call_fail(call);
        ent_buffer_clear(&token);
        return;
    }
    if (order->twist != TOKEN_HONEST) {
        call->entry.rule = &rule_fault;
    }
    ent_buffer *body = &call->answer->body;
    ent_buffer_append_text(body, "{");
    if (order->rotated_at_s != 0) {
        ent_buffer_append_format(
            body, "\"PublicKeyRotationTimestamp\":%" PRId64 ",", order->rotated_at_s);
    }
    ent_buffer_append_text(body, "\"Signature\":");
    ent_json_append_string(body, ent_buffer_text(&token));
    ent_buffer_append_text(body, "}");
    ent_buffer_clear(&token);
}

void
register_usage(sandbox_call *call)
{
    register_usage_input input;
    if (register_usage_read(call, &input)) {
        token_order order = {
            .product_code = input.product_code,
            .key_version = input.key_version,
            .nonce = input.nonce,
            .issued_at_s = call->now_s,
            .twist = call->fault.twist,
        };
        if (decide(call, &input, &order)) {
            answer_token(call, &order);
        }
        EVP_PKEY_free(order.key);
    }
    register_usage_clear(&input);
}
