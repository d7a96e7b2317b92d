/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_SIGNED_TOKEN_H
#define TEST_FUZZ_SIGNED_TOKEN_H

#include <entitle/keyring.h>

/*
 * One RSA-2048 key whose private half was thrown away after it had signed this token
 * and some seeds of the corpora, none of which is in order except this one. So a target
 * knows that whatever else passes for authentic is a forgery.
 */
#define SIGNED_PRODUCT_CODE "fuzzedproductcode"
/* What 32 random bytes of 0x5a make. */
#define SIGNED_NONCE "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo"

extern const char signed_token[];

/* A ring that holds the key as version 1. */
entitle_keyring *signed_token_keyring_new(const entitle_runtime *runtime);

#endif
