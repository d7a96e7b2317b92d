/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>
#include <openssl/evp.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void
platform_request(
    const char *method, const char *path, const char *const *headers, http_reply *reply)
{
    const http_call call = {
        .method = method, .url = service_sandbox.url, .path = path, .headers = headers
    };
    assert_true(http_perform(&call, reply));
    assert_int_equal(reply->code, CURLE_OK);
}

void
platform_get(const char *path, const char *const *headers, http_reply *reply)
{
    platform_request(NULL, path, headers, reply);
}

void
platform_read_json(const http_reply *reply, platform_credentials *out)
{
    service_member(
        reply->body, "AccessKeyId", out->access_key_id, sizeof(out->access_key_id));
    service_member(
        reply->body,
        "SecretAccessKey",
        out->secret_access_key,
        sizeof(out->secret_access_key));
    service_member(reply->body, "Token", out->token, sizeof(out->token));
    service_member(reply->body, "Expiration", out->expiration, sizeof(out->expiration));
}

typedef struct entity {
    const char *text;
    char character;
} entity;

static const entity entities[] = {
    { "&amp;", '&' },  { "&lt;", '<' },   { "&gt;", '>' },
    { "&quot;", '"' }, { "&#39;", '\'' },
};

static size_t
decode_one(const char *text, char *out)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        size_t length = strlen(entities[i].text);
        if (strncmp(text, entities[i].text, length) == 0) {
            *out = entities[i].character;
            return length;
        }
    }
    *out = *text;
    return 1;
}

void
platform_xml_text(const char *xml, const char *name, char *out, size_t out_size)
{
    char tag[64];
    size_t used = 0;
    (void)snprintf(tag, sizeof(tag), "<%s>", name);
    const char *text = strstr(xml, tag);
    if (text != NULL) {
        text += strlen(tag);
        while (*text != '<' && *text != '\0' && used + 1 < out_size) {
            text += decode_one(text, &out[used++]);
        }
    }
    out[used] = '\0';
}

void
platform_read_xml(const http_reply *reply, platform_credentials *out)
{
    platform_xml_text(
        reply->body, "AccessKeyId", out->access_key_id, sizeof(out->access_key_id));
    platform_xml_text(
        reply->body,
        "SecretAccessKey",
        out->secret_access_key,
        sizeof(out->secret_access_key));
    platform_xml_text(reply->body, "SessionToken", out->token, sizeof(out->token));
    platform_xml_text(
        reply->body, "Expiration", out->expiration, sizeof(out->expiration));
}

void
platform_call(
    const platform_credentials *credentials,
    const char *operation,
    const char *body,
    http_reply *reply)
{
    char token[1200];
    char target[96];
    (void)snprintf(
        token, sizeof(token), "X-Amz-Security-Token: %s", credentials->token);
    (void)snprintf(
        target, sizeof(target), "X-Amz-Target: AWSMPMeteringService.%s", operation);
    const char *const headers[] = {
        "Content-Type: application/x-amz-json-1.1",
        target,
        credentials->token[0] != '\0' ? token : NULL,
        NULL,
    };
    const http_call call = {
        .url = service_sandbox.url,
        .body = body,
        .headers = headers,
        .signing_parameter = SERVICE_SIGNING,
        .access_key = credentials->access_key_id,
        .secret_key = credentials->secret_access_key,
    };
    assert_true(http_perform(&call, reply));
    assert_int_equal(reply->code, CURLE_OK);
}

void
platform_register(const platform_credentials *credentials, http_reply *reply)
{
    platform_call(credentials, "RegisterUsage", SERVICE_GOOD_BODY, reply);
}

void
platform_assert_register(
    const platform_credentials *credentials, const char *want_error)
{
    static http_reply reply;
    platform_register(credentials, &reply);
    service_assert_error(&reply, want_error);
}

void
platform_assert_lifetime(const platform_credentials *credentials, int64_t want_s)
{
    struct tm parts = { 0 };
    const char *end = strptime(credentials->expiration, "%Y-%m-%dT%H:%M:%SZ", &parts);
    assert_non_null(end);
    assert_string_equal(end, "");
    int64_t lifetime_s = (int64_t)timegm(&parts) - (int64_t)time(NULL);
    assert_in_range(lifetime_s - want_s + 60, 0, 120);
}

void
platform_set_fault(const char *members)
{
    char json[512];
    (void)snprintf(json, sizeof(json), "{\"faults\":[{%s}]}", members);
    sandbox_process_demand(&service_sandbox, "PUT", "faults", json, NULL);
}

static void
append_base64url(const char *text, char *out, size_t out_size)
{
    unsigned char encoded[8192];
    size_t length = strlen(text);
    assert_true(length < sizeof(encoded) / 2);
    (void)EVP_EncodeBlock(encoded, (const unsigned char *)text, (int)length);
    size_t used = strlen(out);
    for (const unsigned char *next = encoded; *next != '\0' && *next != '='; next++) {
        assert_true(used + 2 < out_size);
        char character = (char)*next;
        character = character == '+' ? '-' : character;
        out[used++] = character == '/' ? '_' : character;
    }
    out[used] = '\0';
}

void
platform_forge_token(const char *claims, char *out, size_t out_size)
{
    out[0] = '\0';
    append_base64url("{\"alg\":\"RS256\"}", out, out_size);
    (void)strncat(out, ".", out_size - strlen(out) - 1);
    append_base64url(claims, out, out_size);
    (void)strncat(out, ".c2lnbmF0dXJl", out_size - strlen(out) - 1);
}

void
platform_write_claims(
    const char *audience,
    const char *pod_uid,
    int64_t lifetime_s,
    char *out,
    size_t out_size)
{
    (void)snprintf(
        out,
        out_size,
        "{\"aud\":[\"%s\"],\"exp\":%" PRId64
        ",\"iss\":\"https://oidc.example\",\"sub\":\"system:serviceaccount:a:b\","
        "\"kubernetes.io\":{\"pod\":{\"name\":\"p\",\"uid\":\"%s\"}}}",
        audience,
        (int64_t)time(NULL) + lifetime_s,
        pod_uid);
}
