/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SHELL_H
#define SANDBOX_SHELL_H

#include "base/buffer.h"

/* export NAME='value', whatever the value holds. */
void shell_append_export(ent_buffer *out, const char *name, const char *value);

#endif
