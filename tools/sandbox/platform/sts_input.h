/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STS_INPUT_H
#define SANDBOX_STS_INPUT_H

#include "base/buffer.h"
#include "play/call.h"

#include <stdbool.h>
#include <stdint.h>

enum { STS_ACCOUNT_SIZE = 13, STS_ROLE_NAME_SIZE = 65 };

/* What both actions want to know: role, session and how long. */
typedef struct sts_input {
    ent_buffer session_name;
    char account[STS_ACCOUNT_SIZE];
    char role_name[STS_ROLE_NAME_SIZE]; /* without a path */
    int64_t duration_s;
} sts_input;

/* False when the call has been refused. Either way to be cleared afterwards. */
bool sts_input_read(sandbox_call *call, sts_input *out);
void sts_input_clear(sts_input *input);

#endif
