/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_KEYRING_KEYRING_H
#define ENT_KEYRING_KEYRING_H

#include "crypto/rsa_key.h"

#include <entitle/keyring.h>

#include <stdint.h>

enum { ENT_KEYRING_CAPACITY = 256, ENT_KEY_VERSION_MAX = INT32_MAX };

/* What verifies. The key keeps it. */
const ent_rsa_key *ent_key_rsa(const entitle_key *key);

/* What the ring was made with, completed. The ring keeps it. */
const entitle_runtime *ent_keyring_runtime(const entitle_keyring *keyring);

/* Moves all keys of `from` into `to`, or none when a version is in both. */
ENTITLE_CHECKED entitle_status
ent_keyring_absorb(entitle_keyring *to, entitle_keyring *from, entitle_error *error);

#endif
