/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tls_identity.h"

#include "base/error.h"
#include "base/runtime.h"
#include "tls/certificate.h"
#include "tls/pem_file.h"

#include <openssl/pem.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { NAMES_LIMIT = 64 * 1024, PEM_LIMIT = 128 * 1024 };

/* Whose certificates are signed, and by what. */
typedef struct authority {
    char key_path[TLS_PATH_SIZE];
    char server_key_path[TLS_PATH_SIZE];
    EVP_PKEY *key;
    X509 *certificate;
} authority;

static entitle_status
fail_openssl(entitle_error *error)
{
    return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot make a certificate");
}

static bool
format_path(char out[TLS_PATH_SIZE], const char *directory, const char *name)
{
    int length = snprintf(out, TLS_PATH_SIZE, "%s/%s", directory, name);
    return length >= 0 && length < TLS_PATH_SIZE;
}

static entitle_status
prepare_paths(
    const char *directory, authority *ca, tls_identity *identity, entitle_error *error)
{
    char private_directory[TLS_PATH_SIZE];
    if (!format_path(private_directory, directory, "private") ||
        !format_path(ca->key_path, directory, "private/ca.key") ||
        !format_path(ca->server_key_path, directory, "private/server.key") ||
        !format_path(identity->ca_path, directory, "ca.pem")) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "the path '%s' is too long", directory);
    }
    if (mkdir(private_directory, S_IRWXU) != 0 && errno != EEXIST) {
        return ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot create '%s': %s",
            private_directory,
            strerror(errno));
    }
    return ENTITLE_OK;
}

/* Reads the key of the file, which is made where there is none. */
static entitle_status
open_key(const char *path, EVP_PKEY **out, entitle_error *error)
{
    entitle_status status = pem_file_read_key(path, out, error);
    if (status != ENTITLE_OK || *out != NULL) {
        return status;
    }
    *out = certificate_key_new();
    return *out != NULL ? pem_file_write_key(path, *out, error) : fail_openssl(error);
}

static entitle_status
open_authority(
    authority *ca, const char *certificate_path, int64_t now_s, entitle_error *error)
{
    entitle_status status = open_key(ca->key_path, &ca->key, error);
    if (status == ENTITLE_OK) {
        status = pem_file_read_certificate(certificate_path, &ca->certificate, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    if (ca->certificate != NULL &&
        certificate_can_sign(ca->certificate, ca->key, now_s)) {
        return ENTITLE_OK;
    }
    X509_free(ca->certificate);
    ca->certificate = certificate_new_ca(ca->key, now_s);
    return ca->certificate != NULL
               ? pem_file_write_certificate(certificate_path, ca->certificate, error)
               : fail_openssl(error);
}

static bool
append_pem(BIO *memory, bool is_written, ent_buffer *out)
{
    char *bytes = NULL;
    long length = BIO_get_mem_data(memory, &bytes);
    return is_written && length > 0 && ent_buffer_append(out, bytes, (size_t)length);
}

static entitle_status
print(EVP_PKEY *key, X509 *certificate, tls_identity *identity, entitle_error *error)
{
    BIO *chain = BIO_new(BIO_s_mem());
    BIO *secret = BIO_new(BIO_s_secmem());
    bool is_printed =
        chain != NULL && secret != NULL &&
        append_pem(
            chain,
            PEM_write_bio_X509(chain, certificate) == 1,
            &identity->certificate) &&
        append_pem(
            secret,
            PEM_write_bio_PKCS8PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1,
            &identity->private_key);
    BIO_free(chain);
    BIO_free(secret);
    return is_printed ? ENTITLE_OK : fail_openssl(error);
}

static entitle_status
issue(
    const entitle_runtime *runtime,
    const authority *ca,
    const host_names *names,
    tls_identity *identity,
    entitle_error *error)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    ent_buffer list;
    ent_buffer_init(&list, runtime, NAMES_LIMIT);
    host_names_append(names, &list);
    entitle_status status = open_key(ca->server_key_path, &key, error);
    if (status == ENTITLE_OK) {
        certificate = list.failed ? NULL
                                  : certificate_new_server(
                                        key,
                                        ca->certificate,
                                        ca->key,
                                        ent_buffer_text(&list),
                                        ent_now_s(runtime));
        status = certificate != NULL ? print(key, certificate, identity, error)
                                     : fail_openssl(error);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    ent_buffer_clear(&list);
    return status;
}

entitle_status
tls_identity_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const host_names *names,
    tls_identity *out,
    entitle_error *error)
{
    authority ca = { .key = NULL };
    *out = (struct tls_identity){ .ca_path = "" };
    ent_buffer_init(&out->certificate, runtime, PEM_LIMIT);
    ent_buffer_init(&out->private_key, runtime, PEM_LIMIT);
    entitle_status status = prepare_paths(state_directory, &ca, out, error);
    if (status == ENTITLE_OK) {
        status = open_authority(&ca, out->ca_path, ent_now_s(runtime), error);
    }
    if (status == ENTITLE_OK) {
        status = issue(runtime, &ca, names, out, error);
    }
    X509_free(ca.certificate);
    EVP_PKEY_free(ca.key);
    if (status != ENTITLE_OK) {
        tls_identity_close(out);
    }
    return status;
}

void
tls_identity_close(tls_identity *identity)
{
    ent_buffer_clear(&identity->certificate);
    ent_buffer_clear(&identity->private_key);
}
