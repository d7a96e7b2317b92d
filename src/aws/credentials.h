/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_H
#define ENT_AWS_CREDENTIALS_H

#include <entitle/credentials.h>

/*
 * Filled by entitle_credentials_set(). Fixed size, so that wiping it wipes every copy.
 */
struct entitle_credentials {
    entitle_credentials_kind kind;
    int64_t expires_at_s; /* 0: never */
    char access_key_id[129];
    char secret_access_key[257];
    char session_token[16385]; /* "" where there is none */
    char role[257]; /* ARN, or just the name, as far as the source says it; or "" */
};

/*
 * Notes whose role it is, after entitle_credentials_set(): for people only, so that a
 * text that is no name of a role is left out, not refused.
 */
void ent_credentials_note_role(entitle_credentials *credentials, const char *role);

void ent_credentials_wipe(entitle_credentials *credentials);

#endif
