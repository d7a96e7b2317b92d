/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULT_READER_H
#define SANDBOX_FAULT_READER_H

#include "faults/faults.h"
#include "wire/fields.h"

#include <stdbool.h>

/*
 * Reads one fault of a control request. On false `fields` says what is wrong with it.
 */
bool fault_read(sandbox_fields *fields, sandbox_fault *out);

#endif
