/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SIGNING_KEYS_H
#define SANDBOX_SIGNING_KEYS_H

#include <entitle/error.h>

#include <openssl/evp.h>

#include <stddef.h>
#include <stdint.h>

enum { SIGNING_KEY_LIMIT = 64, SIGNING_PATH_SIZE = 4096 };

typedef struct signing_key {
    uint32_t version;
    EVP_PKEY *key;
    int64_t rotated_at_s; /* 0: in force */
} signing_key;

/*
 * A product's key pairs: DIR/private/<version>.pem, the public halves in
 * DIR/keys/<version>.pem. The highest version is in force; each older one counts as
 * rotated out when the file of its successor was written, unless more is known.
 */
typedef struct signing_keys {
    char private_directory[SIGNING_PATH_SIZE];
    char public_directory[SIGNING_PATH_SIZE];
    signing_key keys[SIGNING_KEY_LIMIT]; /* by ascending version */
    size_t count;
    size_t count_at_start;
} signing_keys;

/*
 * Loads what is in the folder `state`, or in its sub-folders of that name unless it is
 * NULL, and makes the next versions until there are `wanted`.
 */
ENTITLE_CHECKED entitle_status signing_keys_open(
    signing_keys *keys,
    const char *state,
    const char *name,
    uint32_t wanted,
    entitle_error *error);
void signing_keys_close(signing_keys *keys);

/* NULL when the version does not exist. */
const signing_key *signing_keys_find(const signing_keys *keys, uint32_t version);

/*
 * Takes over `key` as the next version and writes its files; the one in force until now
 * was rotated out at `now_s`.
 */
ENTITLE_CHECKED entitle_status signing_keys_rotate(
    signing_keys *keys, EVP_PKEY *key, int64_t now_s, entitle_error *error);

/* Removes every version that signing_keys_rotate() has added. */
void signing_keys_reset(signing_keys *keys);

#endif
