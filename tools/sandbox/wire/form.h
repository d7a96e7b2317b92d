/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FORM_H
#define SANDBOX_FORM_H

#include "base/buffer.h"
#include "wire/request.h"

#include <stdbool.h>

/* Whether the body is application/x-www-form-urlencoded and names an Action. */
bool form_is_in(const sandbox_request *request);

/*
 * Appends the decoded value of the first field `name`. False where there is none or it
 * is not properly encoded, decodes to a NUL, or is longer than `out` takes.
 */
bool form_read(const sandbox_request *request, const char *name, ent_buffer *out);

#endif
