/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTER_USAGE_INPUT_H
#define SANDBOX_REGISTER_USAGE_INPUT_H

#include "base/json.h"
#include "play/call.h"

#include <stdbool.h>
#include <stdint.h>

/* The members of a RegisterUsage request. The texts belong to `json`. */
typedef struct register_usage_input {
    ent_json *json;
    const char *product_code;
    uint32_t key_version;
    const char *nonce; /* NULL: none */
} register_usage_input;

/*
 * Reads the body of the call and checks it against the constraints of the model: first
 * the types of all members, then whether all are there, then their values. Members that
 * are null count as absent and unknown ones are ignored, as AWS does. On false the call
 * has been refused; the input is to be cleared either way.
 */
bool register_usage_read(sandbox_call *call, register_usage_input *out);
void register_usage_clear(register_usage_input *input);

#endif
