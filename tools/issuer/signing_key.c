/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer/signing_key.h"

#include "base/base64url.h"
#include "base/memory.h"
#include "console/exit_status.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 65536, RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, HALF_SIZE = 32 };

static bool
refuse(cli_failure *failure, const char *path, const char *what, const char *hint)
{
    fail(failure, EX_CONFIG, "the key %.250s %s", path, what);
    fail_hint(failure, "%s", hint);
    return false;
}

static bool
refuse_with_errno(cli_failure *failure, const char *path)
{
    fail(
        failure, EX_IOERR, "cannot read the key %.250s: %.100s", path, strerror(errno));
    fail_hint(failure, "check the path of the key and who may read it");
    return false;
}

/* Nobody else on this machine, and no other kind of file than one that stays. */
static bool
check_file(int descriptor, const char *path, cli_failure *failure)
{
    struct stat about;

    if (fstat(descriptor, &about) != 0) {
        return refuse_with_errno(failure, path);
    }
    if (!S_ISREG(about.st_mode)) {
        return refuse(failure, path, "is not a regular file", "give the key's file");
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return refuse(
            failure,
            path,
            "may be used by others than its owner",
            "take their rights away with chmod 600; if they may have read it, "
            "make a new key");
    }
    if (about.st_size > KEY_FILE_MAX) {
        return refuse(
            failure, path, "is over 64 KiB", "give the PEM of one private key");
    }
    return true;
}

/* entitle-licence-issue is for scripts, too: it asks for nothing. */
static int
no_passphrase(char *buffer, int size, int writing, void *asked)
{
    (void)buffer;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

static bool
is_fit(const EVP_PKEY *pkey, bool *is_ec)
{
    char curve[32] = "";
    size_t length = 0;

    *is_ec = EVP_PKEY_is_a(pkey, "EC") == 1;
    if (*is_ec) {
        return EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), &length) == 1 &&
               strcmp(curve, "prime256v1") == 0;
    }
    return EVP_PKEY_is_a(pkey, "RSA") == 1 && EVP_PKEY_get_bits(pkey) >= RSA_BITS_MIN &&
           EVP_PKEY_get_bits(pkey) <= RSA_BITS_MAX;
}

static bool
read_key(BIO *file, const char *path, signing_key *out, cli_failure *failure)
{
    bool was_asked = false;

    out->pkey = PEM_read_bio_PrivateKey(file, NULL, no_passphrase, &was_asked);
    if (out->pkey == NULL && was_asked) {
        return refuse(
            failure,
            path,
            "is encrypted",
            "decrypt it with openssl pkey into a file of mode 600, and remove that "
            "afterwards");
    }
    if (out->pkey == NULL) {
        return refuse(
            failure,
            path,
            "is not the PEM of a private key",
            "make one with openssl genpkey -algorithm EC -pkeyopt "
            "ec_paramgen_curve:P-256");
    }
    if (!is_fit(out->pkey, &out->is_ec)) {
        return refuse(
            failure,
            path,
            "is neither of P-256 nor RSA of 2048 to 8192 bits",
            "make one with openssl genpkey -algorithm EC -pkeyopt "
            "ec_paramgen_curve:P-256");
    }
    return true;
}

bool
signing_key_open(const char *path, signing_key *out, cli_failure *failure)
{
    /* Without O_NONBLOCK, opening a FIFO would wait for a writer for ever. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    *out = (signing_key){ .pkey = NULL };
    if (descriptor < 0) {
        return refuse_with_errno(failure, path);
    }
    BIO *file = BIO_new_fd(descriptor, BIO_NOCLOSE);
    bool is_open = check_file(descriptor, path, failure);
    if (is_open && file == NULL) {
        fail(failure, EX_SOFTWARE, "out of memory");
        is_open = false;
    }
    is_open = is_open && read_key(file, path, out, failure);
    BIO_free(file);
    (void)close(descriptor);
    return is_open;
}

void
signing_key_close(signing_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
}

const char *
signing_key_algorithm(const signing_key *key)
{
    return key->is_ec ? "ES256" : "RS256";
}

bool
append_base64url(const void *bytes, size_t length, ent_buffer *out)
{
    char *text = ent_allocate(out->runtime, (length * 4 + 2) / 3 + 1);

    if (text == NULL) {
        return false;
    }
    ent_base64url_encode(bytes, length, text);
    bool is_appended = ent_buffer_append_text(out, text);
    ent_release(out->runtime, text);
    return is_appended;
}

/* RFC 7518 §3.4: r and s, each in 32 bytes, where OpenSSL makes DER of them. */
static bool
append_pair(const unsigned char *der, size_t length, ent_buffer *out)
{
    unsigned char flat[2 * HALF_SIZE];
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)length);
    bool is_flat =
        pair != NULL &&
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), flat, HALF_SIZE) == HALF_SIZE &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), flat + HALF_SIZE, HALF_SIZE) == HALF_SIZE;

    ECDSA_SIG_free(pair);
    return is_flat && append_base64url(flat, sizeof(flat), out);
}

static bool
sign(
    const signing_key *key,
    const char *text,
    size_t length,
    unsigned char *signature,
    size_t *size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_signed =
        context != NULL &&
        EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
        EVP_DigestSign(context, signature, size, (const unsigned char *)text, length) ==
            1;

    EVP_MD_CTX_free(context);
    return is_signed;
}

bool
signing_key_append_signature(
    const signing_key *key, const char *text, size_t length, ent_buffer *out)
{
    unsigned char signature[RSA_BITS_MAX / 8];
    size_t size = sizeof(signature);

    if (!sign(key, text, length, signature, &size)) {
        return false;
    }
    return key->is_ec ? append_pair(signature, size, out)
                      : append_base64url(signature, size, out);
}
