/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/key_file.h"

#include "base/error.h"
#include "program/regular_file.h"
#include "program/stop.h"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_BITS = 3072,
    KEY_BITS_MINIMUM = 2048,
    SANDBOX_EXPONENT = 65539,
    PATH_SIZE = 4096
};

/* Returning 0 ends the search for primes. */
static int
go_on_generating(EVP_PKEY_CTX *context)
{
    (void)context;
    return stop_requested() ? 0 : 1;
}

EVP_PKEY *
key_generate(void)
{
    EVP_PKEY *key = NULL;
    BIGNUM *exponent = BN_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (exponent == NULL || context == NULL ||
        BN_set_word(exponent, SANDBOX_EXPONENT) != 1 ||
        EVP_PKEY_keygen_init(context) != 1 ||
        EVP_PKEY_CTX_set_rsa_keygen_bits(context, KEY_BITS) != 1 ||
        EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, exponent) != 1) {
        goto done;
    }
    EVP_PKEY_CTX_set_cb(context, go_on_generating);
    if (EVP_PKEY_keygen(context, &key) != 1) {
        key = NULL;
    }
done:
    EVP_PKEY_CTX_free(context);
    BN_free(exponent);
    return key;
}

static int
no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

entitle_status
key_file_read(const char *path, EVP_PKEY **out, entitle_error *error)
{
    FILE *file = NULL;
    entitle_status status = regular_file_open(path, &file, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    if (file == NULL) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot read '%s': %s", path, strerror(ENOENT));
    }
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
    (void)fclose(file);
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key) < KEY_BITS_MINIMUM) {
        EVP_PKEY_free(key);
        return ent_fail(
            error,
            ENTITLE_KEYS_UNUSABLE,
            "'%s' is not an unencrypted RSA private key of at least %d bits",
            path,
            KEY_BITS_MINIMUM);
    }
    *out = key;
    return ENTITLE_OK;
}

/* Closes `file`. */
static bool
write_and_close(FILE *file, EVP_PKEY *key, bool is_private)
{
    bool written = is_private
                       ? PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1
                       : PEM_write_PUBKEY(file, key) == 1;
    written = fflush(file) == 0 && written;
    return fclose(file) == 0 && written;
}

static entitle_status
create(
    const char *path, mode_t mode, EVP_PKEY *key, bool is_private, entitle_error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (file == NULL) {
        int cause = errno;
        if (descriptor >= 0) {
            close(descriptor);
        }
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(cause));
    }
    if (!write_and_close(file, key, is_private)) {
        (void)unlink(path);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot write '%s'", path);
    }
    return ENTITLE_OK;
}

/*
 * Writes beside `path`, in a file of this process alone: whoever is killed meanwhile
 * leaves no half of a key under a name that the next start reads.
 */
static entitle_status
create_beside(
    const char *path,
    char temporary[PATH_SIZE],
    mode_t mode,
    EVP_PKEY *key,
    bool is_private,
    entitle_error *error)
{
    int length = snprintf(temporary, PATH_SIZE, "%s.%ld.new", path, (long)getpid());

    if (length < 0 || length >= PATH_SIZE) {
        return ent_fail(error, ENTITLE_IO_ERROR, "the path '%s' is too long", path);
    }
    (void)unlink(temporary);
    return create(temporary, mode, key, is_private, error);
}

entitle_status
key_file_write_private(const char *path, EVP_PKEY *key, entitle_error *error)
{
    char temporary[PATH_SIZE];
    entitle_status status =
        create_beside(path, temporary, S_IRUSR | S_IWUSR, key, true, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    /* A link, which takes no place of a key that is there already. */
    if (link(temporary, path) != 0) {
        status = ent_fail(
            error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(errno));
    }
    (void)unlink(temporary);
    return status;
}

entitle_status
key_file_write_public(const char *path, EVP_PKEY *key, entitle_error *error)
{
    char temporary[PATH_SIZE];
    entitle_status status = create_beside(
        path, temporary, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, key, false, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (rename(temporary, path) != 0) {
        (void)unlink(temporary);
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(errno));
    }
    return ENTITLE_OK;
}
