/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/pod_token.h"

#include "base/error.h"
#include "base/random.h"
#include "base/runtime.h"
#include "market/place.h"
#include "signing/jws.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LIFETIME_S = 24 * 3600,
    KEY_BITS = 2048,
    SIGNATURE_SIZE = KEY_BITS / 8,
    CLAIMS_LIMIT = 4096,
    PATH_SIZE = 4096,
    POD_SUFFIX_LENGTH = 5
};

typedef struct pod_ids {
    char token[ENT_UUID_SIZE];
    char pod[ENT_UUID_SIZE];
    char node[ENT_UUID_SIZE];
    char account[ENT_UUID_SIZE];
} pod_ids;

static bool
make_ids(const entitle_runtime *runtime, pod_ids *out)
{
    return ent_random_uuid(runtime, out->token) && ent_random_uuid(runtime, out->pod) &&
           ent_random_uuid(runtime, out->node) &&
           ent_random_uuid(runtime, out->account);
}

static void
append_claims(
    const pod_token_order *order, const pod_ids *ids, int64_t now_s, ent_buffer *out)
{
    ent_buffer_append_format(
        out,
        "{\"aud\":[\"%s\"],\"exp\":%" PRId64 ",\"iat\":%" PRId64
        ",\"iss\":\"https://oidc.eks.%s.%s/id/5A4D0B0C5A4D0B0C5A4D0B0C5A4D0B0C\","
        "\"jti\":\"%s\",\"kubernetes.io\":{\"namespace\":\"default\",",
        order->audience,
        now_s + LIFETIME_S,
        now_s,
        order->region,
        place_dns_suffix(order->region),
        ids->token);
    ent_buffer_append_format(
        out,
        "\"node\":{\"name\":\"ip-10-0-0-1.%s.compute.internal\",\"uid\":\"%s\"},"
        "\"pod\":{\"name\":\"product-%.*s\",\"uid\":\"%s\"},"
        "\"serviceaccount\":{\"name\":\"product\",\"uid\":\"%s\"}},\"nbf\":%" PRId64
        ",\"sub\":\"system:serviceaccount:default:product\"}",
        order->region,
        ids->node,
        POD_SUFFIX_LENGTH,
        ids->pod,
        ids->pod,
        ids->account,
        now_s);
}

static bool
append_signature(ent_buffer *out)
{
    unsigned char signature[SIGNATURE_SIZE];
    size_t length = sizeof(signature);
    EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool is_signed = key != NULL && digest != NULL &&
                     EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
                     EVP_DigestSign(
                         digest,
                         signature,
                         &length,
                         (const unsigned char *)out->bytes,
                         out->length) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return is_signed && ent_buffer_append_text(out, ".") &&
           jws_append_base64url(out, signature, length);
}

entitle_status
pod_token_make(const pod_token_order *order, ent_buffer *out, entitle_error *error)
{
    static const char header[] = "{\"alg\":\"RS256\",\"kid\":\"sandbox\"}";
    const entitle_runtime *runtime = out->runtime;
    pod_ids ids;
    if (!make_ids(runtime, &ids)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random bytes");
    }
    ent_buffer claims;
    ent_buffer_init(&claims, runtime, CLAIMS_LIMIT);
    append_claims(order, &ids, ent_now_s(runtime), &claims);
    bool is_made =
        !claims.failed && jws_append_base64url(out, header, sizeof(header) - 1) &&
        ent_buffer_append_text(out, ".") &&
        jws_append_base64url(out, claims.bytes, claims.length) && append_signature(out);
    ent_buffer_clear(&claims);
    if (!is_made) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot sign a pod's token");
    }
    return ENTITLE_OK;
}

static bool
write_new(const char *path, const ent_buffer *token)
{
    int descriptor =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return false;
    }
    bool is_written =
        write(descriptor, token->bytes, token->length) == (ssize_t)token->length;
    return close(descriptor) == 0 && is_written;
}

entitle_status
pod_token_save(const char *path, const ent_buffer *token, entitle_error *error)
{
    char temporary[PATH_SIZE];
    int length = snprintf(temporary, sizeof(temporary), "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof(temporary)) {
        return ent_fail(error, ENTITLE_IO_ERROR, "the path '%s' is too long", path);
    }
    (void)unlink(temporary);
    if (!write_new(temporary, token) || rename(temporary, path) != 0) {
        int cause = errno;
        (void)unlink(temporary);
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot write '%s': %s", path, strerror(cause));
    }
    return ENTITLE_OK;
}
