/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage_input.h"

#include "service/usage_input.h"

static const input_integer_constraint version_constraint = {
    .is_required = true,
    .minimum = 1,
    .maximum = INT32_MAX,
};
static const input_text_constraint nonce_constraint = { .maximum = 255 };

bool
register_usage_read(sandbox_call *call, register_usage_input *out)
{
    input_object body;
    int64_t version = 0;
    *out = (register_usage_input){ 0 };
    if (!input_begin(&out->input, call, &body)) {
        return false;
    }
    out->product_code =
        input_read_text(&body, "ProductCode", &usage_product_code_required);
    input_read_integer(&body, "PublicKeyVersion", &version_constraint, &version);
    out->nonce = input_read_text(&body, "Nonce", &nonce_constraint);
    if (!input_end(&out->input)) {
        return false;
    }
    out->key_version = (uint32_t)version;
    return true;
}

void
register_usage_clear(register_usage_input *input)
{
    input_clear(&input->input);
}
