/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTER_USAGE_INPUT_H
#define SANDBOX_REGISTER_USAGE_INPUT_H

#include "service/input.h"

#include <stdbool.h>
#include <stdint.h>

/* The members of a RegisterUsage request. The texts belong to `input`. */
typedef struct register_usage_input {
    service_input input;
    const char *product_code;
    uint32_t key_version;
    const char *nonce; /* NULL: none */
} register_usage_input;

/* On false the call has been refused; the input is to be cleared either way. */
bool register_usage_read(sandbox_call *call, register_usage_input *out);
void register_usage_clear(register_usage_input *input);

#endif
