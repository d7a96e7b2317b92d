/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SESSIONS_H
#define SANDBOX_SESSIONS_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    SESSION_LIMIT = 1024,
    SESSION_KEY_ID_SIZE = 21,
    SESSION_SECRET_SIZE = 41,
    SESSION_TOKEN_SIZE = 321
};

/* Temporary credentials, made up by the sandbox and worth nothing outside. */
typedef struct sandbox_session {
    char access_key_id[SESSION_KEY_ID_SIZE]; /* "ASIA…" */
    char secret_access_key[SESSION_SECRET_SIZE];
    char token[SESSION_TOKEN_SIZE];
    int64_t expires_at_s;
    uint64_t identity; /* whose they are */
} sandbox_session;

/* The last SESSION_LIMIT that were handed out; older ones are unknown again. */
typedef struct session_list {
    sandbox_session sessions[SESSION_LIMIT];
    uint64_t count; /* of all ever */
} session_list;

/* Fills in the key, the secret and the token. False for want of random bytes. */
bool session_make(const entitle_runtime *runtime, sandbox_session *out);

void sessions_reset(session_list *list);
void sessions_add(session_list *list, const sandbox_session *session);

/* NULL when the key was never handed out. */
const sandbox_session *
sessions_find(const session_list *list, const char *access_key_id);

#endif
