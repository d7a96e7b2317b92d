/* SPDX-License-Identifier: Apache-2.0 */
#include "service/meter_usage_input.h"

/* What fits a request fits this, escaped once more. */
enum { ALLOCATIONS_LIMIT = 8 * REQUEST_BODY_LIMIT };

static const input_text_constraint token_constraint = { .minimum = 1, .maximum = 64 };

static bool
read_members(const input_object *body, meter_usage_input *out)
{
    out->product_code =
        input_read_text(body, "ProductCode", &usage_product_code_required);
    out->is_dry_run = input_read_flag(body, "DryRun");
    out->client_token = input_read_text(body, "ClientToken", &token_constraint);
    return usage_read(body, &usage_names_of_meter, &out->usage);
}

bool
meter_usage_read(sandbox_call *call, meter_usage_input *out)
{
    input_object body;
    *out = (meter_usage_input){ 0 };
    ent_buffer_init(&out->allocations, &call->sandbox->runtime, ALLOCATIONS_LIMIT);
    if (!input_begin(&out->body, call, &body) || !read_members(&body, out) ||
        !input_end(&out->body)) {
        return false;
    }
    if (out->usage.allocations.count > 0) {
        usage_write_canonical(&out->usage.allocations, &out->allocations);
    }
    if (out->allocations.failed) {
        call_fail(call);
        return false;
    }
    return true;
}

void
meter_usage_clear(meter_usage_input *input)
{
    usage_clear(&input->usage);
    ent_buffer_clear(&input->allocations);
    input_clear(&input->body);
}
