/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage.h"

#include "base/json.h"
#include "service/register_usage_input.h"
#include "service/register_usage_judge.h"
#include "signing/token_signer.h"

#include <inttypes.h>

enum { TOKEN_LIMIT = 64 * 1024 };

/* Decides, and on true leaves an order whose key is a reference of its own. */
static bool
decide(sandbox_call *call, const register_usage_input *input, token_order *order)
{
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    const signing_keys *keys = register_usage_judge(call, input);
    bool is_admitted = keys != NULL;
    if (is_admitted) {
        const signing_key *key = signing_keys_find(keys, input->key_version);
        bool wants_stranger = order->twist == TOKEN_OTHER_KEY;
        order->key = wants_stranger ? product_keys_stranger(sandbox->keys) : key->key;
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
