/* SPDX-License-Identifier: Apache-2.0 */
#include "service/resolve_customer.h"

#include "service/caller.h"
#include "service/input.h"
#include "service/region_rules.h"
#include "service/resolve_customer_rules.h"
#include "state/registration_tokens.h"

#include <string.h>

/* The same for a token that never was and for one of another seller: who asks about
 * somebody else's tokens learns nothing. */
static bool
refuse_token(sandbox_call *call, const sandbox_rule *rule)
{
    call_refuse(call, "InvalidTokenException", rule, "Registration token is invalid.");
    return false;
}

static bool
refuse_late(sandbox_call *call, const sandbox_rule *rule)
{
    call_refuse(
        call,
        "ExpiredTokenException",
        rule,
        "The submitted registration token has expired. This can happen if the buyer's "
        "browser takes too long to redirect to your page, the buyer has resubmitted "
        "the registration token, or your application has held on to the registration "
        "token for too long.");
    return false;
}

static const input_text_constraint token_constraint = {
    .is_required = true,
    .minimum = 1,
};

/*
 * Called with the lock held. Counts the redemption where the token has a number left.
 */
static bool
redeem(sandbox_call *call, const market_registration_token *token)
{
    if (token->uses == 0) {
        return true;
    }
    sandbox_store *store = call->sandbox->store;
    if (!store_begin(store)) {
        call_fail_store(call);
        return false;
    }
    uint32_t uses = registration_tokens_uses(store, token);
    if (uses != UINT32_MAX && uses >= token->uses) {
        store_roll_back(store);
        return refuse_late(call, &rule_resolve_uses);
    }
    if (uses == UINT32_MAX || !registration_tokens_use(store, token)) {
        store_roll_back(store);
        call_fail_store(call);
        return false;
    }
    if (!store_commit(store)) {
        call_fail_store(call);
        return false;
    }
    return true;
}

/* Called with the lock held. The agreement that the token tells, or NULL. */
static const market_subscription *
judge(sandbox_call *call, const char *text)
{
    const sandbox_market *market = call->sandbox->market;
    const sandbox_identity *caller = caller_find(call);
    if (caller == NULL) {
        return NULL;
    }
    const market_registration_token *token = registration_tokens_find(market, text);
    if (token == NULL) {
        refuse_token(call, &rule_resolve_token);
        return NULL;
    }
    const market_subscription *agreement = &market->subscriptions[token->subscription];
    if (caller->seller == NULL ||
        strcmp(caller->seller, agreement->product->seller) != 0) {
        refuse_token(call, &rule_resolve_publisher);
        return NULL;
    }
    if (call->service_s >= token->expires_at_s) {
        refuse_late(call, &rule_resolve_expiry);
        return NULL;
    }
    return redeem(call, token) ? agreement : NULL;
}

static void
append_member(ent_buffer *body, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0') {
        return;
    }
    ent_buffer_append_format(body, ",\"%s\":", name);
    ent_json_append_string(body, value);
}

static void
answer_customer(sandbox_call *call, const market_subscription *agreement)
{
    ent_buffer *body = &call->answer->body;
    ent_buffer_append_text(body, "{\"CustomerAWSAccountId\":");
    ent_json_append_string(body, agreement->customer->account);
    append_member(body, "CustomerIdentifier", agreement->customer->identifier);
    append_member(body, "LicenseArn", agreement->license_arn);
    append_member(body, "ProductCode", agreement->product->code);
    ent_buffer_append_text(body, "}");
    call->entry.rule = &rule_resolved;
}

static void
resolve(sandbox_call *call, const char *token)
{
    if (!region_check_documented(
            call,
            REGIONS_OF_SAAS,
            "DisabledApiException",
            "The API is disabled in the Region.")) {
        return;
    }
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    const market_subscription *agreement = judge(call, token);
    pthread_mutex_unlock(&sandbox->lock);
    if (agreement != NULL) {
        answer_customer(call, agreement);
    }
}

void
resolve_customer(sandbox_call *call)
{
    service_input input;
    input_object body;
    if (input_begin(&input, call, &body)) {
        const char *token =
            input_read_text(&body, "RegistrationToken", &token_constraint);
        if (input_end(&input)) {
            resolve(call, token);
        }
    }
    input_clear(&input);
}
