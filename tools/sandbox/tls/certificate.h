/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CERTIFICATE_H
#define SANDBOX_CERTIFICATE_H

#include <openssl/x509.h>

#include <stdbool.h>
#include <stdint.h>

/* X.509 as clients want it today: version 3, P-256, SHA-256. NULL: OpenSSL failed. */

EVP_PKEY *certificate_key_new(void);

/* Signed with its own key, ten years good; its name tells it from others' CAs. */
X509 *certificate_new_ca(EVP_PKEY *key, int64_t now_s);

/* For a server of these names ("DNS:localhost,IP:127.0.0.1"), a year good. */
X509 *certificate_new_server(
    EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, const char *names, int64_t now_s);

/* Whether it is a CA's, of that key, and outlives what it would sign now. */
bool certificate_can_sign(X509 *ca, EVP_PKEY *key, int64_t now_s);

#endif
