/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/runtime.h"
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
write_market(const sandbox_market *market, ent_buffer *out)
{
    write_member(out, "product_code", market->product_code);
    ent_buffer_append_text(out, ",\"dimensions\":[");
    ent_json_append_string(out, market->dimensions[0]);
    ent_buffer_append_text(out, ",");
    ent_json_append_string(out, market->dimensions[1]);
    ent_buffer_append_text(out, "]");
    /* Made up, worth nothing outside, and what `env` hands to an SDK. */
    write_member(out, "access_key_id", market->access_key_id);
    write_member(out, "secret_access_key", market->secret_access_key);
    write_member(out, "registration_token", market->registration_token);

    ent_buffer_append_text(out, ",\"customers\":[{\"account\":");
    ent_json_append_string(out, market->customer.account);
    write_member(out, "identifier", market->customer.identifier);
    write_member(out, "license_arn", market->customer.license_arn);
    ent_buffer_append_format(
        out, ",\"subscribed\":%s}]", market->customer.is_subscribed ? "true" : "false");

    ent_buffer_append_text(out, ",\"identity\":{\"kind\":");
    ent_json_append_string(out, identity_kind_name(market->identity.kind));
    write_member(out, "name", market->identity.name);
    ent_buffer_append_format(
        out, ",\"registered\":%s}", market->identity.is_registered ? "true" : "false");
}

/* Those that fetched credentials of their own. */
static void
write_containers(const sandbox_market *market, ent_buffer *out)
{
    ent_buffer_append_text(out, ",\"containers\":[");
    for (size_t i = 0; i < market_count_containers(market); i++) {
        const sandbox_identity *container = &market->containers[i];
        ent_buffer_append_text(out, i == 0 ? "{\"kind\":" : ",{\"kind\":");
        ent_json_append_string(out, identity_kind_name(container->kind));
        write_member(out, "name", container->name);
        ent_buffer_append_format(
            out, ",\"registered\":%s}", container->is_registered ? "true" : "false");
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
    ent_timestamp_iso(ent_now_s(&sandbox->runtime), now);

    pthread_mutex_lock(&sandbox->lock);
    ent_buffer_append_text(out, "{\"region\":");
    ent_json_append_string(out, sandbox->region);
    write_market(&sandbox->market, out);
    write_containers(&sandbox->market, out);
    write_keys(&sandbox->keys, out);
    write_member(out, "state", sandbox->state);
    ent_buffer_append_format(
        out,
        ",\"seed\":\"%" PRIu64 "\",\"clock\":{\"now\":\"%s\"}",
        sandbox->seed,
        now);
    ent_buffer_append_text(out, ",\"faults\":");
    faults_write(&sandbox->faults, out);
    ent_buffer_append_text(out, "}");
    pthread_mutex_unlock(&sandbox->lock);
}
