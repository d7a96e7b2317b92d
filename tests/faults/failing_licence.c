/* SPDX-License-Identifier: Apache-2.0 */
/* What libentitle-licence calls of OpenSSL and libjwt, and the memory of Jansson. */
#include "failing_table.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <jansson.h>
#include <jwt.h>

/* As OpenSSL says it. */
#define WITHOUT_MEMORY(value) (ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE), (value))

/* clang-format off */
FAILING(BIO_ctrl, long, (BIO *bio, int operation, long number, void *out), (bio, operation, number, out), WITHOUT_MEMORY(0))
FAILING(BIO_new, BIO *, (const BIO_METHOD *kind), (kind), WITHOUT_MEMORY(NULL))
FAILING(CRYPTO_malloc, void *, (size_t size, const char *file, int line), (size, file, line), WITHOUT_MEMORY(NULL))
FAILING(EVP_PKEY_CTX_new, EVP_PKEY_CTX *, (EVP_PKEY *key, ENGINE *engine), (key, engine), WITHOUT_MEMORY(NULL))
FAILING(EVP_PKEY_get_group_name, int, (const EVP_PKEY *key, char *out, size_t size, size_t *length), (key, out, size, length), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_public_check, int, (EVP_PKEY_CTX *context), (context), WITHOUT_MEMORY(0))
FAILING(PEM_write_bio_PUBKEY, int, (BIO *bio, const EVP_PKEY *key), (bio, key), WITHOUT_MEMORY(0))
FAILING(jwt_decode, int, (jwt_t **out, const char *token, const unsigned char *key, int key_length), (out, token, key, key_length), (*out = NULL, ENOMEM))
/* clang-format on */

void
failing_licence_memory_install(void)
{
    json_set_alloc_funcs(failing_inner_malloc, failing_inner_free);
}
