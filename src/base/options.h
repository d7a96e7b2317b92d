/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_OPTIONS_H
#define ENT_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies a struct that begins with its size from a caller who may have been compiled
 * with an older or a newer header: what is missing becomes zero; what this version does
 * not know must be zero, or the copy is refused, because a request that is not
 * understood is not ignored.
 */
bool ent_options_copy(void *to, size_t to_size, const void *from);

#endif
