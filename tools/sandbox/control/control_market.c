/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "control/control.h"
#include "signing/key_file.h"

#include <inttypes.h>

enum { NAME_LIMIT = 255 };

void
control_subscription(
    sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "subscribed", "customer", NULL };
    bool is_subscribed = false;
    const char *name = NULL;
    fields_refuse_others(fields, known);
    if (!fields_has(fields, "subscribed")) {
        fields_fault(fields, "\"subscribed\" is missing");
    }
    fields_read_bool(fields, "subscribed", &is_subscribed);
    fields_read_text(fields, "customer", NAME_LIMIT, &name);
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    sandbox_market *market = &sandbox->market;
    sandbox_customer *customer =
        name == NULL ? &market->customer : market_find_customer(market, name);
    if (customer != NULL) {
        customer->is_subscribed = is_subscribed;
    }
    pthread_mutex_unlock(&sandbox->lock);
    if (customer == NULL) {
        fields_fault(fields, "\"customer\" names no customer of this market");
        return;
    }
    ent_buffer_append_format(
        &answer->body, "{\"subscribed\":%s}", is_subscribed ? "true" : "false");
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
            fields, "\"kind\" must be ecs-task, eks-pod, ec2, laptop or seller");
    }
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    market_set_identity(&sandbox->market, kind);
    ent_buffer_append_format(
        &answer->body, "{\"identity\":\"%s\"}", sandbox->market.identity.name);
    pthread_mutex_unlock(&sandbox->lock);
}

/* Takes over `key`. Called with the lock for changes held. */
static void
rotate(sandbox_core *sandbox, EVP_PKEY *key, sandbox_answer *answer)
{
    int64_t now_s = ent_now_s(&sandbox->runtime);
    entitle_error error = { 0 };
    pthread_mutex_lock(&sandbox->lock);
    entitle_status status = signing_keys_rotate(&sandbox->keys, key, now_s, &error);
    uint32_t version = sandbox->keys.keys[sandbox->keys.count - 1].version;
    pthread_mutex_unlock(&sandbox->lock);
    if (status != ENTITLE_OK) {
        answer_set_refusal(answer, 500, "%s", error.message);
        return;
    }
    ent_buffer_append_format(&answer->body, "{\"version\":%" PRIu32 "}", version);
}

void
control_rotate_keys(
    sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { NULL };
    fields_refuse_others(fields, known);
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->changes);
    EVP_PKEY *key = key_generate();
    if (key != NULL) {
        rotate(sandbox, key, answer);
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
    sandbox_reset(sandbox);
    ent_buffer_append_text(&answer->body, "{}");
}
