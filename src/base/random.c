/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/base64url.h"
#include "base/text.h"

bool
ent_random_nonce(const entitle_runtime *runtime, char out[ENT_NONCE_SIZE])
{
    unsigned char bytes[32];

    if (!runtime->random(runtime->context, bytes, sizeof(bytes))) {
        return false;
    }
    ent_base64url_encode(bytes, sizeof(bytes), out);
    return true;
}

bool
ent_random_uuid(const entitle_runtime *runtime, char out[ENT_UUID_SIZE])
{
    unsigned char b[16];
    char hex[2 * sizeof(b) + 1];

    if (!runtime->random(runtime->context, b, sizeof(b))) {
        return false;
    }
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    ent_text_hex(b, sizeof(b), hex);
    for (size_t i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            *out++ = '-';
        }
        *out++ = hex[i];
    }
    *out = '\0';
    return true;
}

bool
ent_random_fraction(const entitle_runtime *runtime, double *out)
{
    uint32_t bits;

    if (!runtime->random(runtime->context, &bits, sizeof(bits))) {
        return false;
    }
    *out = bits / 4294967296.0;
    return true;
}
