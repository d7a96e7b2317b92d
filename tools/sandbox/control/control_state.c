/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/timestamp.h"
#include "control/control.h"

#include <inttypes.h>

static void
write_member(ent_buffer *out, const char *name, const char *text)
{
    ent_buffer_append_format(out, ",\"%s\":", name);
    ent_json_append_string(out, text);
}

static void
write_product(const market_product *product, ent_buffer *out)
{
    write_member(out, "product_code", product->code);
    ent_buffer_append_text(out, ",\"dimensions\":[");
    for (size_t i = 0; i < product->dimension_count; i++) {
        ent_buffer_append_text(out, i == 0 ? "" : ",");
        ent_json_append_string(out, product->dimensions[i]);
    }
    ent_buffer_append_text(out, "]");
}

/* Made up, worth nothing outside, and what `env` hands to an SDK. */
static void
write_credentials(const sandbox_market *market, ent_buffer *out)
{
    const market_access_key *key = &market->access_keys[0];
    write_member(out, "access_key_id", key->access_key_id);
    write_member(out, "secret_access_key", key->secret_access_key);
    if (market->registration_token_count > 0) {
        write_member(out, "registration_token", market->registration_tokens[0].token);
    }
}

static void
write_customers(const sandbox_core *sandbox, ent_buffer *out)
{
    int64_t service_s = sandbox_service_s(sandbox);
    ent_buffer_append_text(out, ",\"customers\":[");
    for (size_t i = 0; i < subscriptions_count(sandbox->subscriptions); i++) {
        const sandbox_subscription *subscription =
            subscriptions_at(sandbox->subscriptions, i);
        const market_subscription *agreement = subscription->agreement;
        ent_buffer_append_text(out, i == 0 ? "{\"account\":" : ",{\"account\":");
        ent_json_append_string(out, agreement->customer->account);
        write_member(out, "identifier", agreement->customer->identifier);
        if (agreement->license_arn != NULL) {
            write_member(out, "license_arn", agreement->license_arn);
        }
        ent_buffer_append_format(
            out,
            ",\"subscribed\":%s}",
            subscription_is_active(subscription, service_s) ? "true" : "false");
    }
    ent_buffer_append_text(out, "]");
}

static void
write_identity(
    const sandbox_core *sandbox, const sandbox_identity *identity, ent_buffer *out)
{
    bool is_registered = identities_is_registered(
        sandbox->identities, identity->number, &sandbox->market->products[0]);
    ent_buffer_append_text(out, "{\"kind\":");
    ent_json_append_string(out, identity_kind_name(identity->kind));
    write_member(out, "name", identity->name);
    ent_buffer_append_format(
        out, ",\"registered\":%s}", is_registered ? "true" : "false");
}

/* The containers are those that fetched credentials of their own. */
static void
write_identities(const sandbox_core *sandbox, ent_buffer *out)
{
    const identity_list *list = sandbox->identities;
    ent_buffer_append_text(out, ",\"identity\":");
    write_identity(sandbox, identities_of_key(list, 0), out);
    ent_buffer_append_text(out, ",\"containers\":[");
    for (size_t i = 0; i < identities_count_containers(list); i++) {
        ent_buffer_append_text(out, i == 0 ? "" : ",");
        write_identity(sandbox, identities_container(list, i), out);
    }
    ent_buffer_append_text(out, "]");
}

static void
write_keys(const signing_keys *keys, ent_buffer *out)
{
    write_member(out, "keys", keys->public_directory);
    ent_buffer_append_text(out, ",\"key_versions\":[");
    for (size_t i = 0; i < keys->count; i++) {
        const signing_key *key = &keys->keys[i];
        ent_buffer_append_format(
            out, "%s{\"version\":%" PRIu32, i == 0 ? "" : ",", key->version);
        if (key->rotated_at_s == 0) {
            ent_buffer_append_text(out, ",\"rotated_at\":null}");
            continue;
        }
        char at[ENT_TIMESTAMP_SIZE];
        ent_timestamp_iso(key->rotated_at_s, at);
        ent_buffer_append_format(out, ",\"rotated_at\":\"%s\"}", at);
    }
    ent_buffer_append_text(out, "]");
}

void
control_state(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    (void)fields;
    ent_buffer *out = &answer->body;
    char now[ENT_TIMESTAMP_SIZE];

    pthread_mutex_lock(&sandbox->lock);
    ent_timestamp_iso(sandbox_service_s(sandbox), now);
    ent_buffer_append_text(out, "{\"region\":");
    ent_json_append_string(out, sandbox->region);
    write_product(&sandbox->market->products[0], out);
    write_credentials(sandbox->market, out);
    write_customers(sandbox, out);
    write_identities(sandbox, out);
    write_keys(&sandbox->keys, out);
    write_member(out, "state", sandbox->state);
    ent_buffer_append_format(
        out,
        ",\"seed\":\"%" PRIu64 "\",\"clock\":{\"now\":\"%s\",\"offset_s\":%" PRId64 "}",
        sandbox->seed,
        now,
        sandbox->clock.offset_s);
    ent_buffer_append_text(out, ",\"faults\":");
    faults_write(&sandbox->faults, out);
    ent_buffer_append_text(out, "}");
    pthread_mutex_unlock(&sandbox->lock);
}
