/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_RSA_KEY_DECODE_H
#define ENT_CRYPTO_RSA_KEY_DECODE_H

#include "crypto/rsa_key.h"

#include <entitle/error.h>

#include <stddef.h>

/*
 * Sets the key and the form it was read from; of what kind and how fit the key is, and
 * whether all of the DER is as it should be, is yet to be judged.
 */
ENTITLE_CHECKED entitle_status ent_rsa_key_decode(
    ent_rsa_key *key, const unsigned char *der, size_t length, entitle_error *error);

#endif
