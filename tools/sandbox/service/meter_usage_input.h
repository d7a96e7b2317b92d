/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_METER_USAGE_INPUT_H
#define SANDBOX_METER_USAGE_INPUT_H

#include "service/usage_input.h"

/* The members of a MeterUsage request. The texts belong to `body`. */
typedef struct meter_usage_input {
    service_input body;
    const char *product_code;
    usage_input usage;
    bool is_dry_run;
    const char *client_token; /* NULL: none */
    ent_buffer allocations;   /* canonical; empty: none */
} meter_usage_input;

/* On false the call has been refused; the input is to be cleared either way. */
bool meter_usage_read(sandbox_call *call, meter_usage_input *out);
void meter_usage_clear(meter_usage_input *input);

#endif
