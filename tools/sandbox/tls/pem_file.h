/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PEM_FILE_H
#define SANDBOX_PEM_FILE_H

#include <entitle/error.h>

#include <openssl/x509.h>

/* NULL in `*out` where there is no such file: that alone is no error. */
ENTITLE_CHECKED entitle_status
pem_file_read_key(const char *path, EVP_PKEY **out, entitle_error *error);
ENTITLE_CHECKED entitle_status
pem_file_read_certificate(const char *path, X509 **out, entitle_error *error);

/* Each replaces the file at once. A key is for its owner only. */
ENTITLE_CHECKED entitle_status
pem_file_write_key(const char *path, EVP_PKEY *key, entitle_error *error);
ENTITLE_CHECKED entitle_status
pem_file_write_certificate(const char *path, X509 *certificate, entitle_error *error);

#endif
