/* SPDX-License-Identifier: Apache-2.0 */
#include "sigv4_client.h"

#include "service_client.h"
#include "support/cmocka.h"

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DIGEST_SIZE = 32, HEX_SIZE = 65, HEADERS_MAX = 16, TEXT_SIZE = 8192 };

static const char *const no_headers[] = {
    "X-Amz-Target: AWSMPMeteringService.RegisterUsage", NULL
};

static void
to_hex(const unsigned char digest[DIGEST_SIZE], char out[HEX_SIZE])
{
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
    }
}

static void
hash(const char *text, char out[HEX_SIZE])
{
    unsigned char digest[DIGEST_SIZE];
    (void)SHA256((const unsigned char *)text, strlen(text), digest);
    to_hex(digest, out);
}

static void
hmac(unsigned char key[DIGEST_SIZE], size_t length, const void *first, const char *text)
{
    unsigned char result[EVP_MAX_MD_SIZE];
    (void)HMAC(
        EVP_sha256(),
        first,
        (int)length,
        (const unsigned char *)text,
        strlen(text),
        result,
        NULL);
    memcpy(key, result, DIGEST_SIZE);
}

/* "name:value\n", the values of all lines of that name in their order. */
static void
append_canonical(
    char out[TEXT_SIZE], const char *name, size_t length, const char *const *lines)
{
    size_t used = strlen(out);
    const char *separator = "";
    used += (size_t)snprintf(out + used, TEXT_SIZE - used, "%.*s:", (int)length, name);
    for (; *lines != NULL; lines++) {
        if (strncasecmp(*lines, name, length) == 0 && (*lines)[length] == ':') {
            const char *value = *lines + length + 1;
            value += strspn(value, " ");
            used += (size_t)snprintf(
                out + used, TEXT_SIZE - used, "%s%s", separator, value);
            separator = ",";
        }
    }
    (void)snprintf(out + used, TEXT_SIZE - used, "\n");
}

static void
write_canonical(
    char out[TEXT_SIZE], const char *names, const char *const *lines, const char *body)
{
    char digest[HEX_SIZE];
    (void)snprintf(out, TEXT_SIZE, "POST\n/\n\n");
    for (const char *name = names; *name != '\0';) {
        size_t length = strcspn(name, ";");
        append_canonical(out, name, length, lines);
        name += length + (name[length] == ';' ? 1 : 0);
    }
    hash(body, digest);
    size_t used = strlen(out);
    (void)snprintf(out + used, TEXT_SIZE - used, "\n%s\n%s", names, digest);
}

static void
sign(
    const char *secret,
    const char *scope_region,
    const char *stamp,
    const char *canonical,
    char signature[HEX_SIZE])
{
    char text[512];
    char digest[HEX_SIZE];
    unsigned char key[DIGEST_SIZE];
    hash(canonical, digest);
    int length = snprintf(text, sizeof(text), "AWS4%s", secret);
    char date[9];
    (void)snprintf(date, sizeof(date), "%.8s", stamp);
    hmac(key, (size_t)length, text, date);
    hmac(key, sizeof(key), key, scope_region);
    hmac(key, sizeof(key), key, "aws-marketplace");
    hmac(key, sizeof(key), key, "aws4_request");
    (void)snprintf(
        text,
        sizeof(text),
        "AWS4-HMAC-SHA256\n%s\n%s/%s/aws-marketplace/aws4_request\n%s",
        stamp,
        date,
        scope_region,
        digest);
    hmac(key, sizeof(key), key, text);
    to_hex(key, signature);
}

static const char *
or_else(const char *given, const char *usual)
{
    return given != NULL ? given : usual;
}

void
sigv4_send(const char *url, const sigv4_request *request, http_reply *reply)
{
    const char *const *extra = request->headers != NULL ? request->headers : no_headers;
    const char *names =
        or_else(request->signed_headers, "host;x-amz-date;x-amz-target");
    const char *region = or_else(request->region, "us-east-1");
    const char *body = or_else(request->body, SERVICE_GOOD_BODY);
    const char *lines[HEADERS_MAX] = { NULL };
    char host[128];
    char stamp[64];
    char authorization[1024];
    char canonical[TEXT_SIZE];
    char signature[HEX_SIZE];
    time_t at = time(NULL) + (time_t)request->offset_s;
    struct tm parts;
    size_t count = 0;

    (void)strftime(
        stamp, sizeof(stamp), "X-Amz-Date: %Y%m%dT%H%M%SZ", gmtime_r(&at, &parts));
    (void)snprintf(host, sizeof(host), "Host: %s", strstr(url, "//") + 2);
    lines[count++] = host;
    lines[count++] = stamp;
    while (*extra != NULL && count < HEADERS_MAX - 2) {
        lines[count++] = *extra++;
    }
    write_canonical(canonical, names, lines, body);
    const char *moment = stamp + strlen("X-Amz-Date: ");
    sign(
        or_else(request->secret_key, SERVICE_SECRET_KEY),
        region,
        moment,
        canonical,
        signature);
    (void)snprintf(
        authorization,
        sizeof(authorization),
        "Authorization: AWS4-HMAC-SHA256 Credential=%s/%.8s/%s/aws-marketplace/"
        "aws4_request, SignedHeaders=%s, Signature=%s",
        or_else(request->access_key, SERVICE_ACCESS_KEY),
        moment,
        region,
        names,
        signature);
    lines[count++] = authorization;
    const http_call call = { .url = url, .body = body, .headers = lines };
    assert_true(http_perform(&call, reply));
    assert_int_equal(reply->code, CURLE_OK);
}
