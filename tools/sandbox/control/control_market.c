/* SPDX-License-Identifier: Apache-2.0 */
#include "control/control.h"
#include "signing/key_file.h"

#include <inttypes.h>

enum { NAME_LIMIT = 255 };

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

/* Ends now, or has been there all the time. */
static bool
set_subscription(
    sandbox_core *sandbox, const market_customer *customer, bool is_subscribed)
{
    pthread_mutex_lock(&sandbox->lock);
    bool is_set = subscriptions_set(
        sandbox->subscriptions,
        NULL,
        customer,
        0,
        is_subscribed ? INT64_MAX : sandbox_service_s(sandbox));
    pthread_mutex_unlock(&sandbox->lock);
    return is_set;
}

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
    const market_customer *customer = NULL;
    if (name != NULL) {
        customer = find_customer(sandbox->market, name);
        if (customer == NULL) {
            fields_fault(fields, "\"customer\" names no customer of this market");
            return;
        }
    }
    if (!set_subscription(sandbox, customer, is_subscribed)) {
        answer_store_failure(answer);
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
rotate(sandbox_core *sandbox, EVP_PKEY *key, sandbox_answer *answer)
{
    entitle_error error = { 0 };
    pthread_mutex_lock(&sandbox->lock);
    int64_t now_s = sandbox_service_s(sandbox);
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
    if (sandbox_reset(sandbox)) {
        ent_buffer_append_text(&answer->body, "{}");
    } else {
        answer_store_failure(answer);
    }
}
