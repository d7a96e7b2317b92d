/* SPDX-License-Identifier: Apache-2.0 */
#include "state/sessions.h"

#include <openssl/evp.h>

#include <string.h>

/* Base64 makes four characters of three bytes. */
enum {
    KEY_ID_RANDOM = 16,
    SECRET_RANDOM = (SESSION_SECRET_SIZE - 1) / 4 * 3,
    TOKEN_RANDOM = (SESSION_TOKEN_SIZE - 1) / 4 * 3
};

static bool
make_key_id(const entitle_runtime *runtime, char out[SESSION_KEY_ID_SIZE])
{
    static const char prefix[] = "ASIA";
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char bytes[KEY_ID_RANDOM];
    if (!runtime->random(runtime->context, bytes, sizeof(bytes))) {
        return false;
    }
    memcpy(out, prefix, sizeof(prefix) - 1);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        out[sizeof(prefix) - 1 + i] = alphabet[bytes[i] % (sizeof(alphabet) - 1)];
    }
    out[SESSION_KEY_ID_SIZE - 1] = '\0';
    return true;
}

static bool
make_base64(const entitle_runtime *runtime, size_t length, char *out)
{
    unsigned char bytes[TOKEN_RANDOM];
    if (!runtime->random(runtime->context, bytes, length)) {
        return false;
    }
    (void)EVP_EncodeBlock((unsigned char *)out, bytes, (int)length);
    return true;
}

bool
session_make(const entitle_runtime *runtime, sandbox_session *out)
{
    return make_key_id(runtime, out->access_key_id) &&
           make_base64(runtime, SECRET_RANDOM, out->secret_access_key) &&
           make_base64(runtime, TOKEN_RANDOM, out->token);
}

void
sessions_reset(session_list *list)
{
    list->count = 0;
}

void
sessions_add(session_list *list, const sandbox_session *session)
{
    list->sessions[list->count % SESSION_LIMIT] = *session;
    list->count++;
}

const sandbox_session *
sessions_find(const session_list *list, const char *access_key_id)
{
    size_t held = list->count < SESSION_LIMIT ? (size_t)list->count : SESSION_LIMIT;
    for (size_t i = 0; i < held; i++) {
        if (strcmp(list->sessions[i].access_key_id, access_key_id) == 0) {
            return &list->sessions[i];
        }
    }
    return NULL;
}
