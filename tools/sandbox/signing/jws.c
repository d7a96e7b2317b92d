/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/jws.h"

#include "base/base64url.h"
#include "base/memory.h"

bool
jws_append_base64url(ent_buffer *out, const void *bytes, size_t length)
{
    size_t size = (length * 4 + 2) / 3 + 1;
    char *text = ent_allocate(out->runtime, size);
    if (text == NULL) {
        out->failed = true;
        return false;
    }
    ent_base64url_encode(bytes, length, text);
    ent_buffer_append_text(out, text);
    ent_release(out->runtime, text);
    return !out->failed;
}
