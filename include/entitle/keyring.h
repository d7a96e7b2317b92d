/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_KEYRING_H
#define ENTITLE_KEYRING_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The public keys that AWS Marketplace issued for one product, by version.
 *
 * A key is RSA of 2,048 to 8,192 bits with an odd public exponent of at least 65,537,
 * given as SubjectPublicKeyInfo or PKCS#1, in PEM (also with CRLF, with literal "\n",
 * or as base64 of the PEM) or DER. AWS issues RSA-3072 with exponent 65,537.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
 *
 * Limits: 64 KiB for a key, 256 keys in a ring, versions 1 to 2,147,483,647.
 *
 * Thread safety: once filled, a keyring may be used from any number of threads at once.
 */
typedef struct entitle_keyring entitle_keyring;
typedef struct entitle_key entitle_key;

ENTITLE_BEGIN_DECLS

/* An empty keyring, to be freed by entitle_keyring_free(). `runtime` may be NULL. */
ENTITLE_CHECKED entitle_status entitle_keyring_new(
    const entitle_runtime *runtime, entitle_keyring **out, entitle_error *error);

/* Accepts NULL. Keys and verifications taken from the ring must no longer be used. */
void entitle_keyring_free(entitle_keyring *keyring);

/*
 * Adds one key from memory, under its version. ENTITLE_KEYS_UNUSABLE says in the
 * message what is wrong with it: a private key, a certificate, an EC key, too few bits,
 * AWS's documentation sample, or a version that the ring holds already.
 */
ENTITLE_CHECKED entitle_status entitle_keyring_add(
    entitle_keyring *keyring,
    uint32_t version,
    const void *key,
    size_t key_length,
    entitle_error *error);

/* The same, from a file. */
ENTITLE_CHECKED entitle_status entitle_keyring_add_file(
    entitle_keyring *keyring, uint32_t version, const char *path, entitle_error *error);

/*
 * Adds every `<version>.pem` of a folder; all of them or, on failure, none. Other names
 * are ignored, links are followed (Kubernetes mounts hold links), and a folder without
 * a key is refused.
 */
ENTITLE_CHECKED entitle_status entitle_keyring_add_directory(
    entitle_keyring *keyring, const char *directory, entitle_error *error);

/*
 * Adds what a setting names: a folder as entitle_keyring_add_directory() does, or one
 * file, which needs `version` (ENTITLE_KEYS_UNUSABLE without); a folder ignores it.
 */
ENTITLE_CHECKED entitle_status entitle_keyring_add_path(
    entitle_keyring *keyring, uint32_t version, const char *path, entitle_error *error);

/* The version that a path's last part gives to a key ("keys/2.pem" is 2), or 0. */
uint32_t entitle_key_version_of_path(const char *path);

/* How many keys there are, and one of them: index 0 is the highest version. */
size_t entitle_keyring_count(const entitle_keyring *keyring);
const entitle_key *entitle_keyring_at(const entitle_keyring *keyring, size_t index);

/* The key of that version, or NULL. The ring keeps it. */
const entitle_key *
entitle_keyring_find(const entitle_keyring *keyring, uint32_t version);

uint32_t entitle_key_version(const entitle_key *key);
uint32_t entitle_key_bits(const entitle_key *key);

/* 64 hex digits: SHA-256 of the DER SubjectPublicKeyInfo. The key keeps it. */
const char *entitle_key_sha256(const entitle_key *key);

/* How the key was written, such as "SubjectPublicKeyInfo PEM". Static storage. */
const char *entitle_key_encoding(const entitle_key *key);

/*
 * Whether the key belongs to an entitle-sandbox: those have the public exponent 65,539,
 * so that trust in a sandbox can never pass as trust in AWS.
 */
bool entitle_key_is_sandbox(const entitle_key *key);

ENTITLE_END_DECLS

#endif
