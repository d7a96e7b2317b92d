/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/timestamp.h"
#include "control/control.h"
#include "control/state_lists.h"

#include <inttypes.h>

/* Made up, worth nothing outside, and what `env` hands to an SDK. */
static void
write_credentials(const sandbox_market *market, ent_buffer *out)
{
    const market_access_key *key = &market->access_keys[0];
    state_write_member(out, "access_key_id", key->access_key_id);
    state_write_member(out, "secret_access_key", key->secret_access_key);
    if (market->registration_token_count > 0) {
        state_write_member(
            out, "registration_token", market->registration_tokens[0].token);
    }
}

static void
write_identity(
    const sandbox_core *sandbox, const sandbox_identity *identity, ent_buffer *out)
{
    bool is_registered = identities_is_registered(
        sandbox->identities, identity->number, &sandbox->market->products[0]);
    ent_buffer_append_text(out, "{\"kind\":");
    ent_json_append_string(out, identity_kind_name(identity->kind));
    state_write_member(out, "name", identity->name);
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

/* What concerns the first product and the first access key stands at the top. */
static void
write_market(const sandbox_core *sandbox, ent_buffer *out)
{
    const market_product *product = &sandbox->market->products[0];
    state_write_member(out, "product_code", product->code);
    state_write_texts(out, "dimensions", product->dimensions, product->dimension_count);
    write_credentials(sandbox->market, out);
    state_write_customers(sandbox, out);
    write_identities(sandbox, out);
    state_write_keys(product_keys_of(sandbox->keys, product), out);
    state_write_products(sandbox, out);
    state_write_subscriptions(sandbox, out);
    state_write_identities(sandbox, out);
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
    write_market(sandbox, out);
    state_write_member(out, "state", sandbox->state);
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
