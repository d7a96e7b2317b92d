/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ERROR_CODE_H
#define SANDBOX_ERROR_CODE_H

#include <stdbool.h>

/* An error that the Metering Service or any AWS service can answer with. */
typedef struct error_code {
    const char *name;
    unsigned http_status;
    bool is_throttling;
} error_code;

/* NULL when there is none of that name. */
const error_code *error_code_find(const char *name);

#endif
