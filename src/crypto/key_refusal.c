/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_refusal.h"

#include "base/error.h"
#include "crypto/rsa_key.h"

#include <string.h>

#define HINT_PORTAL                                                                    \
    "use the public key that the AWS Marketplace Management Portal shows for the "     \
    "product"

static const struct {
    const char *message;
    const char *hint;
} sentences[] = {
    [ENT_KEY_EMPTY] = { "there is no key in it", HINT_PORTAL },
    [ENT_KEY_TOO_MUCH] = { "this is more than 64 KiB, so it is not a public key",
                           HINT_PORTAL },
    [ENT_KEY_LEADING_BYTES] = { "there is text before the PEM block",
                                "begin with the line -----BEGIN PUBLIC KEY-----" },
    [ENT_KEY_CUT_PEM] = { "the PEM block is cut, or its first and last line differ",
                          "copy the public key again, from its BEGIN to its END line" },
    [ENT_KEY_SEVERAL_PEM] = { "there is more than one PEM block",
                              "keep each key in a file of its own" },
    [ENT_KEY_OTHER_PEM] = { "the PEM block is not a public key", HINT_PORTAL },
    [ENT_KEY_NOT_BASE64] = { "the PEM block holds something else than base64",
                             "copy the public key again" },
    [ENT_KEY_MISLABELLED] = { "the PEM block is labelled as another kind of public key",
                              "write it anew with openssl pkey -pubin" },
    [ENT_KEY_UNREADABLE] = { "this is not a public key that can be read", HINT_PORTAL },
    [ENT_KEY_TRAILING_BYTES] = { "there are bytes after the end of the key",
                                 "copy the public key again, and nothing else" },
    [ENT_KEY_NOT_CANONICAL] = { "the key is not in the one form that DER allows",
                                "write it anew with openssl pkey -pubin" },
    [ENT_KEY_PRIVATE] = { "this is a private key, where a public key is wanted",
                          "use the public key of the AWS Marketplace Management "
                          "Portal, and keep private keys out of here" },
    [ENT_KEY_CERTIFICATE] = { "this is a certificate, where "
                              "a bare public key is wanted",
                              HINT_PORTAL },
    [ENT_KEY_EC] = { "this is an elliptic-curve key; AWS Marketplace signs with RSA",
                     HINT_PORTAL },
    [ENT_KEY_PSS_RESTRICTED] = { "this RSA key is restricted to PSS (id-RSASSA-PSS), "
                                 "where an ordinary RSA key is wanted",
                                 HINT_PORTAL },
    [ENT_KEY_NOT_RSA] = { "this is not an RSA key; AWS Marketplace signs with RSA",
                          HINT_PORTAL },
    [ENT_KEY_DOCUMENTATION_SAMPLE] = { "this is the 1024-bit sample key of AWS's "
                                       "documentation, which signs for no product",
                                       HINT_PORTAL },
    [ENT_KEY_EVEN_MODULUS] = { "the modulus of this RSA key is even, so it is damaged",
                               "copy the public key again" },
    [ENT_KEY_EVEN_EXPONENT] = { "the public exponent of this RSA key is even",
                                HINT_PORTAL },
    [ENT_KEY_SMALL_EXPONENT] = { "the public exponent of this RSA key is below 65537",
                                 HINT_PORTAL },
    [ENT_KEY_LARGE_EXPONENT] = { "the public exponent of this "
                                 "RSA key is longer than 64 bits",
                                 HINT_PORTAL },
};

entitle_status
ent_key_refuse(entitle_error *error, ent_key_refusal refusal)
{
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "%s", sentences[refusal].message);
    ent_hint(error, "%s", sentences[refusal].hint);
    return ENTITLE_KEYS_UNUSABLE;
}

entitle_status
ent_key_refuse_size(entitle_error *error, int bits)
{
    ent_fail(
        error,
        ENTITLE_KEYS_UNUSABLE,
        "an RSA key of %d bits is too %s: %d to %d bits are accepted",
        bits,
        bits < ENT_RSA_BITS_MIN ? "short" : "long",
        ENT_RSA_BITS_MIN,
        ENT_RSA_BITS_MAX);
    ent_hint(error, "%s", HINT_PORTAL);
    return ENTITLE_KEYS_UNUSABLE;
}

bool
ent_key_is_documentation_sample(const char *sha256_hex)
{
    static const char sample[] =
        "d2f8d7917928bbe7a457bdbaa0f69221a49b0fbc867ea34b700e9e78364d57e8";

    return strcmp(sha256_hex, sample) == 0;
}
