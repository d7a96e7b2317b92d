/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/certificate.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <time.h>

enum {
    DAY_S = 24 * 3600,
    CA_DAYS = 3652,
    SERVER_DAYS = 397, /* more is refused by some clients */
    SERIAL_BYTES = 16
};

EVP_PKEY *
certificate_key_new(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

/* Positive and not guessable, as the CA/Browser Forum asks. */
static bool
set_serial(X509 *certificate)
{
    unsigned char bytes[SERIAL_BYTES];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return false;
    }
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40);
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool is_set =
        number != NULL &&
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return is_set;
}

/* Begins a day ago, for clients whose clock is behind. */
static bool
set_validity(X509 *certificate, int64_t now_s, int days)
{
    time_t now = (time_t)now_s;
    return X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, &now) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, &now) != NULL;
}

static bool
set_subject(X509 *certificate, const char *common_name)
{
    return X509_NAME_add_entry_by_txt(
               X509_get_subject_name(certificate),
               "CN",
               MBSTRING_ASC,
               (const unsigned char *)common_name,
               -1,
               -1,
               0) == 1;
}

static bool
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool is_added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_added;
}

/* Everything that both have; NULL when OpenSSL failed. */
static X509 *
new_certificate(EVP_PKEY *key, const char *common_name, int64_t now_s, int days)
{
    X509 *certificate = X509_new();
    if (certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 ||
        !set_serial(certificate) || !set_validity(certificate, now_s, days) ||
        !set_subject(certificate, common_name) ||
        X509_set_pubkey(certificate, key) != 1 ||
        !add_extension(certificate, NULL, NID_subject_key_identifier, "hash")) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

/* The first half of the certificate's own name for its key. */
static bool
name_ca(EVP_PKEY *key, char *out, size_t size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    X509 *probe = X509_new();
    bool is_named = probe != NULL && X509_set_pubkey(probe, key) == 1 &&
                    X509_pubkey_digest(probe, EVP_sha256(), digest, &length) == 1;
    X509_free(probe);
    if (is_named) {
        (void)snprintf(
            out,
            size,
            "entitle-sandbox CA %02x%02x%02x%02x",
            digest[0],
            digest[1],
            digest[2],
            digest[3]);
    }
    return is_named;
}

X509 *
certificate_new_ca(EVP_PKEY *key, int64_t now_s)
{
    char name[64];
    X509 *ca = name_ca(key, name, sizeof(name))
                   ? new_certificate(key, name, now_s, CA_DAYS)
                   : NULL;
    if (ca == NULL || X509_set_issuer_name(ca, X509_get_subject_name(ca)) != 1 ||
        !add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
        !add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") ||
        X509_sign(ca, key, EVP_sha256()) == 0) {
        X509_free(ca);
        return NULL;
    }
    return ca;
}

X509 *
certificate_new_server(
    EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, const char *names, int64_t now_s)
{
    X509 *server = new_certificate(key, "entitle-sandbox", now_s, SERVER_DAYS);
    if (server == NULL ||
        X509_set_issuer_name(server, X509_get_subject_name(ca)) != 1 ||
        !add_extension(server, ca, NID_authority_key_identifier, "keyid:always") ||
        !add_extension(server, ca, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(server, ca, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(server, ca, NID_ext_key_usage, "serverAuth") ||
        !add_extension(server, ca, NID_subject_alt_name, names) ||
        X509_sign(server, ca_key, EVP_sha256()) == 0) {
        X509_free(server);
        return NULL;
    }
    return server;
}

bool
certificate_can_sign(X509 *ca, EVP_PKEY *key, int64_t now_s)
{
    time_t until = (time_t)(now_s + (int64_t)SERVER_DAYS * DAY_S);
    return X509_check_ca(ca) == 1 && X509_check_private_key(ca, key) == 1 &&
           X509_cmp_time(X509_get0_notAfter(ca), &until) > 0;
}
