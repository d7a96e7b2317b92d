/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_KEYS_H
#define ENT_LICENCE_KEYS_H

#include "crypto/signer_key.h"

#include <entitle/licence.h>

enum { ENT_LICENCE_KEY_CAPACITY = 64, ENT_LICENCE_KEY_ID_MAX = 64 };

typedef struct ent_licence_key {
    char id[ENT_LICENCE_KEY_ID_MAX + 1];
    ent_signer_key signer;
} ent_licence_key;

struct entitle_licence_keys {
    entitle_runtime runtime;
    size_t count;
    ent_licence_key keys[ENT_LICENCE_KEY_CAPACITY];
};

/* As <entitle/licence.h> has it, a number excepted. */
bool ent_licence_key_id_is_written_well(const char *id, size_t length);

/* Whether it is a number: then it is the version of a key of AWS Marketplace. */
bool ent_licence_key_id_is_version(const char *id, size_t length);

/* The key of that id, or NULL. */
const ent_licence_key *
ent_licence_keys_find(const entitle_licence_keys *keys, const char *id);

/* Whether both hold the same keys under the same ids. */
bool
ent_licence_keys_are_same(const entitle_licence_keys *a, const entitle_licence_keys *b);

#endif
