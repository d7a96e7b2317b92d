/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "control/control.h"
#include "signing/key_file.h"

#include <inttypes.h>

enum { NAME_LIMIT = 255, DELAY_LIMIT_S = 10 * 366 * 86400 };

static void
answer_store_failure(sandbox_answer *answer)
{
    answer_set_refusal(answer, 500, "the state cannot be written");
}

static const market_customer *
find_customer(const sandbox_market *market, const char *name)
{
    const market_customer *customer = market_find_account(market, name);
    return customer != NULL ? customer : market_find_identifier(market, name);
}

/* Which subscriptions a request is about, and what becomes of them. */
typedef struct subscription_order {
    const market_product *product;   /* NULL: all */
    const market_customer *customer; /* NULL: everyone */
    bool is_subscribed;
    int64_t ends_in_s;
} subscription_order;

static void
read_whose(
    const sandbox_market *market, sandbox_fields *fields, subscription_order *out)
{
    const char *product = NULL;
    const char *customer = NULL;
    fields_read_text(fields, "product", NAME_LIMIT, &product);
    fields_read_text(fields, "customer", NAME_LIMIT, &customer);
    if (product != NULL) {
        out->product = market_find_product(market, product);
    }
    if (customer != NULL) {
        out->customer = find_customer(market, customer);
    }
    if (product != NULL && out->product == NULL) {
        fields_fault(fields, "\"product\" names no product of this market");
    }
    if (customer != NULL && out->customer == NULL) {
        fields_fault(fields, "\"customer\" names no customer of this market");
    }
}

static void
read_order(
    const sandbox_market *market, sandbox_fields *fields, subscription_order *out)
{
    static const char *const known[] = {
        "subscribed", "customer", "product", "ends_in_s", NULL
    };
    fields_refuse_others(fields, known);
    if (!fields_has(fields, "subscribed")) {
        fields_fault(fields, "\"subscribed\" is missing");
    }
    fields_read_bool(fields, "subscribed", &out->is_subscribed);
    fields_read_integer(fields, "ends_in_s", 0, DELAY_LIMIT_S, &out->ends_in_s);
    if (out->is_subscribed && fields_has(fields, "ends_in_s")) {
        fields_fault(fields, "\"ends_in_s\" goes with \"subscribed\":false");
    }
    read_whose(market, fields, out);
}

static bool
concerns_any(const sandbox_core *sandbox, const subscription_order *order)
{
    for (size_t i = 0; i < subscriptions_count(sandbox->subscriptions); i++) {
        const market_subscription *agreement =
            subscriptions_at(sandbox->subscriptions, i)->agreement;
        if ((order->product == NULL || order->product == agreement->product) &&
            (order->customer == NULL || order->customer == agreement->customer)) {
            return true;
        }
    }
    return false;
}

/* Ends, at once or later, or has been there all the time. Called with the lock held. */
static void
set_subscription(
    sandbox_core *sandbox, const subscription_order *order, sandbox_answer *answer)
{
    int64_t ends_at_s = order->is_subscribed
                            ? INT64_MAX
                            : sandbox_service_s(sandbox) + order->ends_in_s;
    if (!subscriptions_set(
            sandbox->subscriptions, order->product, order->customer, 0, ends_at_s)) {
        answer_store_failure(answer);
        return;
    }
    ent_buffer *out = &answer->body;
    ent_buffer_append_format(
        out, "{\"subscribed\":%s", order->is_subscribed ? "true" : "false");
    if (order->ends_in_s > 0) {
        char at[ENT_TIMESTAMP_SIZE];
        ent_timestamp_iso(ends_at_s, at);
        ent_buffer_append_format(out, ",\"ends_at\":\"%s\"", at);
    }
    ent_buffer_append_text(out, "}");
}

void
control_subscription(
    sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    subscription_order order = { .product = NULL };
    read_order(sandbox->market, fields, &order);
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    bool is_there = concerns_any(sandbox, &order);
    if (is_there) {
        set_subscription(sandbox, &order, answer);
    }
    pthread_mutex_unlock(&sandbox->lock);
    if (!is_there) {
        fields_fault(fields, "this market has no such subscription");
    }
}

void
control_identity(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "kind", NULL };
    const char *name = "";
    identity_kind kind = IDENTITY_ECS_TASK;
    fields_refuse_others(fields, known);
    fields_read_text(fields, "kind", NAME_LIMIT, &name);
    if (!identity_kind_find(name, &kind)) {
        fields_fault(
            fields,
            "\"kind\" must be ecs-task, eks-pod, ec2, laptop, seller or agentcore");
    }
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    bool is_made =
        identities_renew(sandbox->identities, 0, kind, sandbox_service_s(sandbox));
    if (is_made) {
        ent_buffer_append_format(
            &answer->body,
            "{\"identity\":\"%s\"}",
            identities_of_key(sandbox->identities, 0)->name);
    }
    pthread_mutex_unlock(&sandbox->lock);
    if (!is_made) {
        answer_store_failure(answer);
    }
}

/* Takes over `key`. Called with the lock for changes held. */
static void
rotate(
    sandbox_core *sandbox,
    const market_product *product,
    EVP_PKEY *key,
    sandbox_answer *answer)
{
    entitle_error error = { 0 };
    const signing_keys *keys = product_keys_of(sandbox->keys, product);
    pthread_mutex_lock(&sandbox->lock);
    entitle_status status = product_keys_rotate(
        sandbox->keys, product, key, sandbox_service_s(sandbox), &error);
    uint32_t version = keys->keys[keys->count - 1].version;
    pthread_mutex_unlock(&sandbox->lock);
    if (status != ENTITLE_OK) {
        answer_set_refusal(answer, 500, "%s", error.message);
        return;
    }
    ent_buffer_append_format(&answer->body, "{\"version\":%" PRIu32 "}", version);
}

/* The first, unless the request names one. */
static const market_product *
read_product_with_keys(const sandbox_core *sandbox, sandbox_fields *fields)
{
    const market_product *product = &sandbox->market->products[0];
    const char *code = NULL;
    fields_read_text(fields, "product", NAME_LIMIT, &code);
    if (code != NULL) {
        product = market_find_product(sandbox->market, code);
    }
    if (product == NULL) {
        fields_fault(fields, "\"product\" names no product of this market");
    } else if (product_keys_of(sandbox->keys, product) == NULL) {
        fields_fault(fields, "\"product\" has no keys: RegisterUsage is not for it");
    }
    return product;
}

void
control_rotate_keys(
    sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "product", NULL };
    fields_refuse_others(fields, known);
    const market_product *product = read_product_with_keys(sandbox, fields);
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->changes);
    EVP_PKEY *key = key_generate();
    if (key != NULL) {
        rotate(sandbox, product, key, answer);
    } else {
        answer_set_refusal(answer, 500, "cannot generate a key pair");
    }
    pthread_mutex_unlock(&sandbox->changes);
}

void
control_reset(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { NULL };
    fields_refuse_others(fields, known);
    if (fields->fault[0] != '\0') {
        return;
    }
    if (sandbox_reset(sandbox)) {
        ent_buffer_append_text(&answer->body, "{}");
    } else {
        answer_store_failure(answer);
    }
}
