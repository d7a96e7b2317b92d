/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_KEY_FILE_H
#define SANDBOX_KEY_FILE_H

#include <entitle/error.h>

#include <openssl/evp.h>

/*
 * RSA-3072 with exponent 65539, by which `entitle` knows a sandbox key. NULL when
 * OpenSSL fails or the process has to stop.
 */
EVP_PKEY *key_generate(void);

/*
 * Any RSA key of 2048 bits or more, whatever its exponent; never asks for a passphrase.
 */
ENTITLE_CHECKED entitle_status
key_file_read(const char *path, EVP_PKEY **out, entitle_error *error);

/* Only the owner may read it. An existing file is never overwritten. */
ENTITLE_CHECKED entitle_status
key_file_write_private(const char *path, EVP_PKEY *key, entitle_error *error);

/* Replaces what is there at once, so that a reader never sees half a key. */
ENTITLE_CHECKED entitle_status
key_file_write_public(const char *path, EVP_PKEY *key, entitle_error *error);

#endif
