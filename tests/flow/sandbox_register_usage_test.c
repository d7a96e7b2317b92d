/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

static http_reply reply;

#define BODY(members) "{\"ProductCode\":\"" SERVICE_PRODUCT "\"" members "}"

typedef struct body_case {
    const char *name;
    const char *body;
    const char *want_error; /* NULL: a token */
} body_case;

static const body_case body_cases[] = {
    { "everything", BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"n\""), NULL },
    { "no nonce", BODY(",\"PublicKeyVersion\":1"), NULL },
    { "an empty nonce", BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"\""), NULL },
    { "a null nonce", BODY(",\"PublicKeyVersion\":1,\"Nonce\":null"), NULL },
    { "an unknown member", BODY(",\"PublicKeyVersion\":1,\"Other\":[1]"), NULL },
    { "white space around", " " BODY(",\"PublicKeyVersion\":1") "\r\n", NULL },
    { "an integer with a fraction of zero", BODY(",\"PublicKeyVersion\":1.0"), NULL },
    { "escapes", BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"\\u00e9\\n\""), NULL },
    { "raw UTF-8", BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"\xc3\xa9\""), NULL },

    { "not JSON", "ProductCode=x", "SerializationException" },
    { "cut short", "{\"ProductCode\":\"x\"", "SerializationException" },
    { "an array", "[1]", "SerializationException" },
    { "two values", "{} {}", "SerializationException" },
    { "a member twice", BODY(",\"ProductCode\":\"x\""), "SerializationException" },
    { "bad UTF-8", BODY(",\"Nonce\":\"\xff\""), "SerializationException" },
    { "an empty body", " ", "SerializationException" },
    { "a number as product code",
      "{\"ProductCode\":1,\"PublicKeyVersion\":1}",
      "SerializationException" },
    { "a version as text",
      BODY(",\"PublicKeyVersion\":\"1\""),
      "SerializationException" },
    { "a version and a half",
      BODY(",\"PublicKeyVersion\":1.5"),
      "SerializationException" },
    { "a version past 32 bits",
      BODY(",\"PublicKeyVersion\":2147483648"),
      "SerializationException" },
    { "the largest version",
      BODY(",\"PublicKeyVersion\":2147483647"),
      "InvalidPublicKeyVersionException" },
    { "a nonce that is no text",
      BODY(",\"PublicKeyVersion\":1,\"Nonce\":7"),
      "SerializationException" },

    { "no product code", "{\"PublicKeyVersion\":1}", "ValidationException" },
    { "a null product code",
      "{\"ProductCode\":null,\"PublicKeyVersion\":1}",
      "ValidationException" },
    { "no version", BODY(""), "ValidationException" },
    { "version 0", BODY(",\"PublicKeyVersion\":0"), "ValidationException" },
    { "version -1", BODY(",\"PublicKeyVersion\":-1"), "ValidationException" },
    { "a blank in the product code",
      "{\"ProductCode\":\"a b\",\"PublicKeyVersion\":1}",
      "ValidationException" },
    { "a plus in the product code",
      "{\"ProductCode\":\"a+b\",\"PublicKeyVersion\":1}",
      "ValidationException" },
    { "every character of the pattern",
      "{\"ProductCode\":\"-aZ09/=:_.@\",\"PublicKeyVersion\":1}",
      "InvalidProductCodeException" },
    { "an empty product code",
      "{\"ProductCode\":\"\",\"PublicKeyVersion\":1}",
      "InvalidProductCodeException" },
    { "a version that does not exist",
      BODY(",\"PublicKeyVersion\":2"),
      "InvalidPublicKeyVersionException" },
};

static void
body_is_held_to_the_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(body_cases) / sizeof(body_cases[0]); i++) {
        print_message("%s\n", body_cases[i].name);

        service_register(&service_sandbox, body_cases[i].body, &reply);

        service_assert_error(&reply, body_cases[i].want_error);
    }
}

typedef struct length_case {
    const char *format; /* takes the filler */
    const char *unit;   /* that the filler repeats */
    size_t count;
    const char *want_error;
} length_case;

static const length_case length_cases[] = {
    { "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1}",
      "a",
      255,
      "InvalidProductCodeException" },
    { "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1}",
      "a",
      256,
      "ValidationException" },
    { BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"%s\""), "n", 255, NULL },
    { BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"%s\""),
      "n",
      256,
      "ValidationException" },
    /* Characters are counted, not bytes. */
    { BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"%s\""), "\xc3\xa9", 255, NULL },
    { BODY(",\"PublicKeyVersion\":1,\"Nonce\":\"%s\""),
      "\xc3\xa9",
      256,
      "ValidationException" },
};

static void
build(const length_case *one, char *out, size_t size)
{
    char filler[1024] = "";
    for (size_t i = 0; i < one->count; i++) {
        memcpy(filler + i * strlen(one->unit), one->unit, strlen(one->unit) + 1);
    }
    const char *hole = strstr(one->format, "%s");
    (void)snprintf(
        out,
        size,
        "%.*s%s%s",
        (int)(hole - one->format),
        one->format,
        filler,
        hole + 2);
}

static void
lengths_end_at_255_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(length_cases) / sizeof(length_cases[0]); i++) {
        char body[2048];
        build(&length_cases[i], body, sizeof(body));

        service_register(&service_sandbox, body, &reply);

        service_assert_error(&reply, length_cases[i].want_error);
    }
}

typedef struct target_case {
    const char *header; /* NULL: none */
    const char *method;
    const char *want_error;
    long want_status;
} target_case;

static const target_case target_cases[] = {
    { "X-Amz-Target: AWSMPMeteringService.RegisterUsage", NULL, NULL, 200 },
    { "X-Amz-Target: AWSMPMeteringService.registerUsage",
      NULL,
      "UnknownOperationException",
      400 },
    { "X-Amz-Target: RegisterUsage", NULL, "UnknownOperationException", 400 },
    { "X-Amz-Target: AWSMPMeteringService.", NULL, "UnknownOperationException", 400 },
    { "X-Amz-Target: AWSMPMeteringService.MeterUsage",
      NULL,
      "ValidationException",
      400 },
    { "X-Other: 1", NULL, "UnknownOperationException", 404 },
    { "X-Amz-Target: AWSMPMeteringService.RegisterUsage",
      "PUT",
      "UnknownOperationException",
      405 },
};

static void
target_alone_names_the_operation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(target_cases) / sizeof(target_cases[0]); i++) {
        const target_case *one = &target_cases[i];
        const char *const headers[] = { "Content-Type: application/x-amz-json-1.1",
                                        one->header,
                                        NULL };
        const http_call call = { .method = one->method,
                                 .url = service_sandbox.url,
                                 .body = SERVICE_GOOD_BODY,
                                 .headers = headers,
                                 .signing_parameter = SERVICE_SIGNING,
                                 .access_key = SERVICE_ACCESS_KEY,
                                 .secret_key = SERVICE_SECRET_KEY };

        assert_true(http_perform(&call, &reply));

        assert_int_equal(reply.status, one->want_status);
        service_assert_error(&reply, one->want_error);
    }
}

static void
get_is_answered_in_json(void **state)
{
    (void)state;
    char allow[16];
    const http_call call = { .url = service_sandbox.url };

    assert_true(http_perform(&call, &reply));

    assert_int_equal(reply.status, 405);
    assert_true(http_reply_header(&reply, "Allow", allow, sizeof(allow)));
    assert_string_equal(allow, "POST");
    service_assert_error(&reply, "UnknownOperationException");
}

static void
any_path_and_host_will_do(void **state)
{
    (void)state;
    static const char *const paths[] = { "/", "/base", "/base/", "/a/b" };
    static const char *const headers[] = {
        "X-Amz-Target: AWSMPMeteringService.RegisterUsage",
        "Host: metering.marketplace.us-east-1.amazonaws.com",
        NULL
    };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const http_call call = { .url = service_sandbox.url,
                                 .path = paths[i],
                                 .body = SERVICE_GOOD_BODY,
                                 .headers = headers,
                                 .signing_parameter = SERVICE_SIGNING,
                                 .access_key = SERVICE_ACCESS_KEY,
                                 .secret_key = SERVICE_SECRET_KEY };

        assert_true(http_perform(&call, &reply));

        service_assert_error(&reply, NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(body_is_held_to_the_model, service_reset),
        cmocka_unit_test_setup(lengths_end_at_255_characters, service_reset),
        cmocka_unit_test_setup(target_alone_names_the_operation, service_reset),
        cmocka_unit_test_setup(get_is_answered_in_json, service_reset),
        cmocka_unit_test_setup(any_path_and_host_will_do, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_register_usage", tests, service_start, service_stop);
}
