/* SPDX-License-Identifier: Apache-2.0 */

/* The market file on the command line. What it may hold is tried by unit.sandbox. */
#include "service_client.h"
#include "sigv4_client.h"
#include "support/cmocka.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static http_reply reply;
static char path[64];
static char output[4096];

static int
make_file(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof(path), "/tmp/entitle-test-XXXXXX");
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int
remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void
write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char small_market[] = "{\n"
                                   "  \"region\": \"eu-west-1\",\n"
                                   "  \"products\": [{ \"code\": \"mine\" }]\n"
                                   "}\n";

#define TARGET        "X-Amz-Target: AWSMPMeteringService.ResolveCustomer"
#define WITH_TOKEN    "host;x-amz-date;x-amz-security-token;x-amz-target"
#define WITHOUT_TOKEN "host;x-amz-date;x-amz-target"
#define UNKNOWN       "UnrecognizedClientException"

static const char temporary_market[] =
    "{\"identities\":[{\"access_key_id\":\"AKIAIOSFODNN7EXAMPLE\","
    "\"kind\":\"ecs-task\"},"
    "{\"access_key_id\":\"ASIA0000000000000001\",\"kind\":\"seller\","
    "\"secret_access_key\":\"" SERVICE_SECRET_KEY "\","
    "\"session_token\":\"hush\"}]}";

static void
file_says_product_and_region(void **state)
{
    (void)state;
    sandbox_process sandbox;
    const char *const arguments[] = { "--config", path, NULL };
    write_file(small_market);
    assert_true(sandbox_process_start(&sandbox, arguments));

    assert_string_equal(sandbox.product_code, "mine");
    assert_string_equal(sandbox.region, "eu-west-1");
    const service_signer signer = { SERVICE_ACCESS_KEY,
                                    SERVICE_SECRET_KEY,
                                    "eu-west-1" };
    service_call_as(
        &sandbox,
        &signer,
        "RegisterUsage",
        "{\"ProductCode\":\"mine\",\"PublicKeyVersion\":1}",
        &reply);
    service_assert_error(&reply, NULL);
    service_call_as(&sandbox, &signer, "RegisterUsage", SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, "InvalidProductCodeException");
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
region_of_the_command_line_beats_the_file(void **state)
{
    (void)state;
    sandbox_process sandbox;
    const char *const arguments[] = { "--region=us-west-2", "--config", path, NULL };
    write_file(small_market);
    assert_true(sandbox_process_start(&sandbox, arguments));

    assert_string_equal(sandbox.region, "us-west-2");
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
wrong_file_is_refused_with_its_line(void **state)
{
    (void)state;
    char want[256];
    const char *const arguments[] = { "--config", path, NULL };
    write_file("{\n  \"products\": [\n    { \"code\": \"a b\" }\n  ]\n}\n");

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 78);
    (void)snprintf(
        want,
        sizeof(want),
        "entitle-sandbox: error: %s:3: products[0].code: is not a product code\n"
        "entitle-sandbox: hint: ",
        path);
    assert_memory_equal(output, want, strlen(want));
}

/* Temporary keys may stand in the file; each goes with its own token only. */
static void
temporary_key_of_the_file_goes_with_its_token(void **state)
{
    (void)state;
    static const struct {
        const char *headers[3];
        const char *signed_headers;
        const char *want_error;
    } cases[] = {
        { { TARGET, "X-Amz-Security-Token: hush" }, WITH_TOKEN, NULL },
        { { TARGET, "X-Amz-Security-Token: hushhush" }, WITH_TOKEN, UNKNOWN },
        { { TARGET }, WITHOUT_TOKEN, UNKNOWN },
    };
    sandbox_process sandbox;
    const char *const arguments[] = { "--config", path, NULL };
    write_file(temporary_market);
    assert_true(sandbox_process_start(&sandbox, arguments));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const sigv4_request request = {
            .access_key = "ASIA0000000000000001",
            .secret_key = SERVICE_SECRET_KEY,
            .headers = cases[i].headers,
            .signed_headers = cases[i].signed_headers,
            .body = "{\"RegistrationToken\":\"sandbox-registration-token\"}",
        };
        sigv4_send(sandbox.url, &request, &reply);
        service_assert_error(&reply, cases[i].want_error);
    }
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
folder_is_no_market_file(void **state)
{
    (void)state;
    static const char *const arguments[] = { "--config", "/tmp", NULL };

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 74);
    assert_non_null(strstr(output, "/tmp is not a regular file"));
    assert_non_null(strstr(output, "hint: --config wants a file"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            file_says_product_and_region, make_file, remove_file),
        cmocka_unit_test_setup_teardown(
            region_of_the_command_line_beats_the_file, make_file, remove_file),
        cmocka_unit_test_setup_teardown(
            wrong_file_is_refused_with_its_line, make_file, remove_file),
        cmocka_unit_test_setup_teardown(
            temporary_key_of_the_file_goes_with_its_token, make_file, remove_file),
        cmocka_unit_test(folder_is_no_market_file),
    };
    return cmocka_run_group_tests_name("sandbox_config", tests, NULL, NULL);
}
