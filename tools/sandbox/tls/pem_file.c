/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/pem_file.h"

#include "base/error.h"
#include "program/regular_file.h"

#include <openssl/pem.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static int
no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static entitle_status
refuse(const char *path, const char *what, entitle_error *error)
{
    return ent_fail(
        error,
        ENTITLE_KEYS_UNUSABLE,
        "'%s' is not %s; without it, a new one is made",
        path,
        what);
}

entitle_status
pem_file_read_key(const char *path, EVP_PKEY **out, entitle_error *error)
{
    FILE *file = NULL;
    *out = NULL;
    entitle_status status = regular_file_open(path, &file, error);
    if (file == NULL) {
        return status;
    }
    *out = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
    (void)fclose(file);
    return *out != NULL ? ENTITLE_OK
                        : refuse(path, "an unencrypted private key", error);
}

entitle_status
pem_file_read_certificate(const char *path, X509 **out, entitle_error *error)
{
    FILE *file = NULL;
    *out = NULL;
    entitle_status status = regular_file_open(path, &file, error);
    if (file == NULL) {
        return status;
    }
    *out = PEM_read_X509(file, NULL, no_passphrase, NULL);
    (void)fclose(file);
    return *out != NULL ? ENTITLE_OK : refuse(path, "a certificate", error);
}

/* Exactly one of `key` and `certificate` is given. */
static bool
write_to(int descriptor, EVP_PKEY *key, X509 *certificate)
{
    FILE *file = fdopen(descriptor, "w");
    if (file == NULL) {
        close(descriptor);
        return false;
    }
    bool is_written =
        key != NULL
            ? PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1
            : PEM_write_X509(file, certificate) == 1;
    is_written = fflush(file) == 0 && is_written;
    return fclose(file) == 0 && is_written;
}

static entitle_status
replace(
    const char *path,
    mode_t mode,
    EVP_PKEY *key,
    X509 *certificate,
    entitle_error *error)
{
    char fresh[PATH_SIZE];
    int length = snprintf(fresh, sizeof(fresh), "%s.%ld.new", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof(fresh)) {
        return ent_fail(error, ENTITLE_IO_ERROR, "the path '%s' is too long", path);
    }
    (void)unlink(fresh);
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(errno));
    }
    if (!write_to(descriptor, key, certificate) || rename(fresh, path) != 0) {
        (void)unlink(fresh);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot write '%s'", path);
    }
    return ENTITLE_OK;
}

entitle_status
pem_file_write_key(const char *path, EVP_PKEY *key, entitle_error *error)
{
    return replace(path, S_IRUSR | S_IWUSR, key, NULL, error);
}

entitle_status
pem_file_write_certificate(const char *path, X509 *certificate, entitle_error *error)
{
    return replace(
        path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, NULL, certificate, error);
}
