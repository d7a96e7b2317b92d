/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_RANDOM_H
#define ENT_BASE_RANDOM_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

enum { ENT_NONCE_SIZE = 44, ENT_UUID_SIZE = 37 };

/* 256 random bits as base64url: a nonce that nobody can guess or meet twice. */
bool ent_random_nonce(const entitle_runtime *runtime, char out[ENT_NONCE_SIZE]);

/* A version 4 UUID (RFC 9562 §5.4). */
bool ent_random_uuid(const entitle_runtime *runtime, char out[ENT_UUID_SIZE]);

/* Several for the price of one question to the kernel. */
bool ent_random_uuids(
    const entitle_runtime *runtime, char (*out)[ENT_UUID_SIZE], size_t count);

/* Uniform in [0, 1). */
bool ent_random_fraction(const entitle_runtime *runtime, double *out);

#endif
