/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULT_SCOPE_H
#define SANDBOX_FAULT_SCOPE_H

#include "faults/faults.h"
#include "wire/fields.h"

#include <stdbool.h>

/* Whether a fault can name it: an operation of the service, "*", or a platform's. */
bool fault_scope_has(const char *operation);

/* Leaves a fault in `fields` where the operation cannot go wrong in that way. */
void fault_scope_check(sandbox_fields *fields, const sandbox_fault *fault);

#endif
