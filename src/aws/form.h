/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_FORM_H
#define ENT_AWS_FORM_H

#include "base/buffer.h"

/*
 * Appends "name=value" to an application/x-www-form-urlencoded body, after "&" where
 * something stands there already. Only the unreserved characters of RFC 3986 §2.3 stay
 * as they are. False for want of memory or room.
 */
bool ent_form_append(ent_buffer *form, const char *name, const char *value);

#endif
