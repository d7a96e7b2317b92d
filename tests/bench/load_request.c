/* SPDX-License-Identifier: Apache-2.0 */
#include "load_request.h"

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* As in market.sh. */
enum { IDENTITIES = 16, CUSTOMERS = 100, DIMENSIONS = 100 };

enum {
    HOUR_S = 3600,
    HOURS_OF_METER_USAGE = 6,
    HOURS_OF_BATCH = 23, /* the 24th ends while we report for it */
    KEY_ID_SIZE = 24,
    SECRET_SIZE = 48,
    DIGEST_SIZE = 32,
    HEX_SIZE = 65
};

#define PRODUCT_CODE "benchmarkproduct"

static void
to_hex(const unsigned char digest[DIGEST_SIZE], char out[HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * DIGEST_SIZE] = '\0';
}

static void
hmac(
    const void *key,
    size_t key_length,
    const char *text,
    unsigned char out[DIGEST_SIZE])
{
    unsigned char result[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    HMAC(
        EVP_sha256(),
        key,
        (int)key_length,
        (const unsigned char *)text,
        strlen(text),
        result,
        &length);
    memcpy(out, result, DIGEST_SIZE);
}

static void
derive_key(load_plan *plan, unsigned identity)
{
    char secret[SECRET_SIZE];
    char date[9];
    unsigned char key[DIGEST_SIZE];

    snprintf(secret, sizeof(secret), "AWS4benchmark-secret-%04u", identity);
    snprintf(date, sizeof(date), "%.8s", plan->stamp);
    hmac(secret, strlen(secret), date, key);
    hmac(key, sizeof(key), "us-east-1", key);
    hmac(key, sizeof(key), "aws-marketplace", key);
    hmac(key, sizeof(key), "aws4_request", plan->key);
    plan->key_of = identity;
}

static void
renew_stamp(load_plan *plan)
{
    time_t now = time(NULL);
    struct tm parts;

    if (plan->signed_at_s == (int64_t)now) {
        return;
    }
    plan->signed_at_s = (int64_t)now;
    gmtime_r(&now, &parts);
    strftime(plan->stamp, sizeof(plan->stamp), "%Y%m%dT%H%M%SZ", &parts);
    plan->key_of = IDENTITIES;
}

static size_t
write_meter_usage(load_plan *plan, char *out, size_t size, unsigned *identity)
{
    uint64_t number = plan->next++;
    unsigned dimension = (unsigned)(number % DIMENSIONS);
    int64_t hour = (int64_t)(number / DIMENSIONS % HOURS_OF_METER_USAGE);

    *identity = (unsigned)(number / DIMENSIONS / HOURS_OF_METER_USAGE % IDENTITIES);
    return (size_t)snprintf(
        out,
        size,
        "{\"ProductCode\":\"" PRODUCT_CODE "\",\"Timestamp\":%" PRId64
        ",\"UsageDimension\":\"dimension%02u\",\"UsageQuantity\":%u}",
        plan->hour_s - hour * HOUR_S,
        dimension,
        dimension + 1);
}

static size_t
write_batch(load_plan *plan, char *out, size_t size, unsigned *identity)
{
    size_t used = (size_t)snprintf(
        out, size, "{\"ProductCode\":\"" PRODUCT_CODE "\",\"UsageRecords\":[");

    *identity = 0;
    for (unsigned i = 0; i < plan->batch; i++) {
        uint64_t number = plan->next++;
        unsigned dimension = (unsigned)(number % DIMENSIONS);
        int64_t hour = (int64_t)(number / DIMENSIONS % HOURS_OF_BATCH);
        unsigned customer =
            (unsigned)(number / DIMENSIONS / HOURS_OF_BATCH % CUSTOMERS);
        used += (size_t)snprintf(
            out + used,
            size - used,
            "%s{\"Timestamp\":%" PRId64
            ",\"CustomerAWSAccountId\":\"%012u\",\"Dimension\":\"dimension%02u\","
            "\"Quantity\":%u}",
            i > 0 ? "," : "",
            plan->hour_s - hour * HOUR_S,
            100000000U + customer,
            dimension,
            dimension + 1);
    }
    return used + (size_t)snprintf(out + used, size - used, "]}");
}

static void
sign(
    load_plan *plan,
    const char *operation,
    const char *body,
    size_t body_length,
    unsigned identity,
    char signature[HEX_SIZE])
{
    unsigned char digest[DIGEST_SIZE];
    char hex[HEX_SIZE];
    char text[1024];

    if (plan->key_of != identity) {
        derive_key(plan, identity);
    }
    SHA256((const unsigned char *)body, body_length, digest);
    to_hex(digest, hex);
    int length = snprintf(
        text,
        sizeof(text),
        "POST\n/\n\ncontent-type:application/x-amz-json-1.1\nhost:%s\nx-amz-date:%s\n"
        "x-amz-target:AWSMPMeteringService.%s\n\n"
        "content-type;host;x-amz-date;x-amz-target\n%s",
        plan->authority,
        plan->stamp,
        operation,
        hex);
    SHA256((const unsigned char *)text, (size_t)length, digest);
    to_hex(digest, hex);
    snprintf(
        text,
        sizeof(text),
        "AWS4-HMAC-SHA256\n%s\n%.8s/us-east-1/aws-marketplace/aws4_request\n%s",
        plan->stamp,
        plan->stamp,
        hex);
    hmac(plan->key, sizeof(plan->key), text, digest);
    to_hex(digest, signature);
}

size_t
load_request_sign(
    load_plan *plan,
    const char *operation,
    const char *body,
    size_t length,
    unsigned identity,
    char out[LOAD_REQUEST_LIMIT])
{
    char signature[HEX_SIZE];

    renew_stamp(plan);
    sign(plan, operation, body, length, identity, signature);
    return (size_t)snprintf(
        out,
        LOAD_REQUEST_LIMIT,
        "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.1\r\n"
        "X-Amz-Date: %s\r\nX-Amz-Target: AWSMPMeteringService.%s\r\n"
        "Authorization: AWS4-HMAC-SHA256 "
        "Credential=AKIABENCHMARK%07u/%.8s/us-east-1/aws-marketplace/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=%s\r\n"
        "Content-Length: %zu\r\n\r\n%.*s",
        plan->authority,
        plan->stamp,
        operation,
        identity,
        plan->stamp,
        signature,
        length,
        (int)length,
        body);
}

size_t
load_request_write(load_plan *plan, char out[LOAD_REQUEST_LIMIT])
{
    char body[LOAD_BODY_LIMIT];
    unsigned identity = 0;
    size_t length = plan->batch > 0
                        ? write_batch(plan, body, sizeof(body), &identity)
                        : write_meter_usage(plan, body, sizeof(body), &identity);

    return load_request_sign(
        plan,
        plan->batch > 0 ? "BatchMeterUsage" : "MeterUsage",
        body,
        length,
        identity,
        out);
}
