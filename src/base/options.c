/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options.h"

#include <string.h>

static bool
is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

bool
ent_options_copy(void *to, size_t to_size, const void *from)
{
    /* Far beyond any struct of any version: a size that was never set. */
    const size_t implausible_size = 4096;
    const unsigned char *bytes = from;
    size_t from_size;

    memset(to, 0, to_size);
    memcpy(&from_size, from, sizeof(from_size));
    if (from_size < sizeof(from_size) || from_size > implausible_size) {
        return false;
    }
    if (from_size > to_size && !is_zero(bytes + to_size, from_size - to_size)) {
        return false;
    }
    memcpy(to, from, from_size < to_size ? from_size : to_size);
    memcpy(to, &to_size, sizeof(to_size));
    return true;
}
