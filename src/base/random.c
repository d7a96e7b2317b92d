/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/base64url.h"
#include "base/text.h"

enum { UUID_BYTES = 16, UUIDS_AT_ONCE = 32 };

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

static void
write_uuid(unsigned char bytes[UUID_BYTES], char out[ENT_UUID_SIZE])
{
    char hex[2 * UUID_BYTES + 1];

    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40); /* version 4 */
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    ent_text_hex(bytes, UUID_BYTES, hex);
    for (size_t i = 0; i < sizeof(hex) - 1; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            *out++ = '-';
        }
        *out++ = hex[i];
    }
    *out = '\0';
}

bool
ent_random_uuids(
    const entitle_runtime *runtime, char (*out)[ENT_UUID_SIZE], size_t count)
{
    unsigned char bytes[UUIDS_AT_ONCE][UUID_BYTES];

    while (count > 0) {
        size_t some = count < UUIDS_AT_ONCE ? count : UUIDS_AT_ONCE;
        if (!runtime->random(runtime->context, bytes, some * UUID_BYTES)) {
            return false;
        }
        for (size_t i = 0; i < some; i++) {
            write_uuid(bytes[i], *out++);
        }
        count -= some;
    }
    return true;
}

bool
ent_random_uuid(const entitle_runtime *runtime, char out[ENT_UUID_SIZE])
{
    return ent_random_uuids(runtime, (char(*)[ENT_UUID_SIZE])out, 1);
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
