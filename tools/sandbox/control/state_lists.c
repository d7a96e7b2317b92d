/* SPDX-License-Identifier: Apache-2.0 */
#include "control/state_lists.h"

#include "base/json.h"
#include "base/timestamp.h"
#include "market/product_kind.h"

#include <inttypes.h>

enum { LISTED_LIMIT = 1000 };

void
state_write_member(ent_buffer *out, const char *name, const char *text)
{
    ent_buffer_append_format(out, ",\"%s\":", name);
    if (text == NULL) {
        ent_buffer_append_text(out, "null");
    } else {
        ent_json_append_string(out, text);
    }
}

void
state_write_texts(
    ent_buffer *out, const char *name, const char *const *texts, size_t count)
{
    ent_buffer_append_format(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        ent_buffer_append_text(out, i == 0 ? "" : ",");
        ent_json_append_string(out, texts[i]);
    }
    ent_buffer_append_text(out, "]");
}

/* null where it is `never`. */
static void
write_time(ent_buffer *out, const char *name, int64_t time_s, int64_t never)
{
    char text[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(time_s, text);
    state_write_member(out, name, time_s == never ? NULL : text);
}

/* The first member of the next object in a list. */
static void
begin_object(ent_buffer *out, size_t index, const char *name, const char *text)
{
    ent_buffer_append_format(out, "%s{\"%s\":", index == 0 ? "" : ",", name);
    ent_json_append_string(out, text);
}

static const char *
bool_text(bool value)
{
    return value ? "true" : "false";
}

void
state_write_keys(const signing_keys *keys, ent_buffer *out)
{
    state_write_member(out, "keys", keys->public_directory);
    ent_buffer_append_text(out, ",\"key_versions\":[");
    for (size_t i = 0; i < keys->count; i++) {
        const signing_key *key = &keys->keys[i];
        ent_buffer_append_format(
            out, "%s{\"version\":%" PRIu32, i == 0 ? "" : ",", key->version);
        write_time(out, "rotated_at", key->rotated_at_s, 0);
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, "]");
}

void
state_write_products(const sandbox_core *sandbox, ent_buffer *out)
{
    ent_buffer_append_text(out, ",\"products\":[");
    for (size_t i = 0; i < sandbox->market->product_count; i++) {
        const market_product *product = &sandbox->market->products[i];
        const signing_keys *keys = product_keys_of(sandbox->keys, product);
        begin_object(out, i, "product_code", product->code);
        state_write_member(out, "kind", product_kind_name(product->kind));
        state_write_member(out, "seller", product->seller);
        state_write_texts(
            out, "dimensions", product->dimensions, product->dimension_count);
        state_write_texts(out, "regions", product->regions, product->region_count);
        if (keys != NULL) {
            state_write_keys(keys, out);
        }
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, "]");
}

/* A customer's subscription that is active, or else one that is not; or NULL. */
static const sandbox_subscription *
subscription_of(
    const sandbox_core *sandbox, const market_customer *customer, int64_t service_s)
{
    const sandbox_market *market = sandbox->market;
    const sandbox_subscription *inactive = NULL;
    for (size_t i = 0; i < market->product_count; i++) {
        const sandbox_subscription *found = subscriptions_find(
            sandbox->subscriptions, &market->products[i], customer, service_s);
        if (found != NULL && subscription_is_active(found, service_s)) {
            return found;
        }
        inactive = inactive == NULL ? found : inactive;
    }
    return inactive;
}

void
state_write_customers(const sandbox_core *sandbox, ent_buffer *out)
{
    const sandbox_market *market = sandbox->market;
    int64_t service_s = sandbox_service_s(sandbox);
    ent_buffer_append_format(
        out, ",\"customer_count\":%zu,\"customers\":[", market->customer_count);
    for (size_t i = 0; i < market->customer_count && i < LISTED_LIMIT; i++) {
        const market_customer *customer = &market->customers[i];
        const sandbox_subscription *subscription =
            subscription_of(sandbox, customer, service_s);
        begin_object(out, i, "account", customer->account);
        state_write_member(out, "identifier", customer->identifier);
        state_write_member(
            out,
            "license_arn",
            subscription != NULL ? subscription->agreement->license_arn : NULL);
        bool is_active =
            subscription != NULL && subscription_is_active(subscription, service_s);
        ent_buffer_append_format(out, ",\"subscribed\":%s}", bool_text(is_active));
    }
    ent_buffer_append_text(out, "]");
}

void
state_write_subscriptions(const sandbox_core *sandbox, ent_buffer *out)
{
    size_t count = subscriptions_count(sandbox->subscriptions);
    int64_t service_s = sandbox_service_s(sandbox);
    ent_buffer_append_format(
        out, ",\"subscription_count\":%zu,\"subscriptions\":[", count);
    for (size_t i = 0; i < count && i < LISTED_LIMIT; i++) {
        const sandbox_subscription *one = subscriptions_at(sandbox->subscriptions, i);
        bool is_active = subscription_is_active(one, service_s);
        begin_object(out, i, "product_code", one->agreement->product->code);
        state_write_member(out, "customer", one->agreement->customer->account);
        state_write_member(out, "license_arn", one->agreement->license_arn);
        write_time(out, "starts_at", one->starts_at_s, 0);
        write_time(out, "ends_at", one->ends_at_s, INT64_MAX);
        ent_buffer_append_format(out, ",\"active\":%s}", bool_text(is_active));
    }
    ent_buffer_append_text(out, "]");
}

void
state_write_identities(const sandbox_core *sandbox, ent_buffer *out)
{
    const sandbox_market *market = sandbox->market;
    ent_buffer_append_text(out, ",\"identities\":[");
    for (size_t i = 0; i < market->access_key_count; i++) {
        const sandbox_identity *identity = identities_of_key(sandbox->identities, i);
        begin_object(out, i, "access_key_id", market->access_keys[i].access_key_id);
        state_write_member(out, "kind", identity_kind_name(identity->kind));
        state_write_member(out, "name", identity->name);
        state_write_member(out, "account", identity->account);
        state_write_member(out, "seller", identity->seller);
        state_write_member(out, "region", identity->region);
        write_time(out, "began_at", identity->began_at_s, 0);
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, "]");
}
