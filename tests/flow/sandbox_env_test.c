/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char script[16384];
static char environment[32768]; /* NAME=VALUE lines, with a newline before the first */
static http_reply reply;
static platform_credentials credentials;

/* What a shell of the seller's would bring along. */
static const char *const leftovers[] = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_EXECUTION_ENV",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "KUBERNETES_SERVICE_HOST",
    "AWS_EC2_METADATA_DISABLED",
};

static int
prepare(void **state)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/entitle-test-XXXXXX");
    for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
        (void)setenv(leftovers[i], "leftover", 1);
    }
    return mkdtemp(folder) != NULL ? service_reset(state) : -1;
}

static int
tidy(void **state)
{
    (void)state;
    static const char *const names[] = {
        "script", "it's/token", "it's/eks-pod-identity-token", "it's", ""
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    return access(folder, F_OK) == 0 ? -1 : 0;
}

static void
save_script(const char *path)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(script, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* What a shell has in its environment once it has read what `env` printed. */
static void
source_environment(const char *platform, const char *option, const char *value)
{
    char path[128];
    char command[256];
    const char *const arguments[] = { "env",        "--url",  service_sandbox.url,
                                      "--platform", platform, option,
                                      value,        NULL };
    assert_int_equal(sandbox_program_run(arguments, script, sizeof(script)), 0);
    (void)snprintf(path, sizeof(path), "%s/script", folder);
    save_script(path);
    (void)snprintf(command, sizeof(command), "set -eu; . '%s'; echo; env", path);
    FILE *shell = popen(command, "re");
    assert_non_null(shell);
    size_t length = fread(environment, 1, sizeof(environment) - 1, shell);
    environment[length] = '\0';
    assert_int_equal(pclose(shell), 0);
}

/* "" where the variable is not set. */
static void
read_variable(const char *name, char *out, size_t out_size)
{
    char prefix[96];
    (void)snprintf(prefix, sizeof(prefix), "\n%s=", name);
    const char *found = strstr(environment, prefix);
    const char *value = found != NULL ? found + strlen(prefix) : "";
    (void)snprintf(out, out_size, "%.*s", (int)strcspn(value, "\n"), value);
}

static void
assert_variable(const char *name, const char *want)
{
    char value[1024];
    read_variable(name, value, sizeof(value));
    assert_string_equal(value, want);
}

/* The sandbox's URL and a path. */
static void
assert_url(const char *name, const char *base, const char *path_prefix)
{
    char value[1024];
    char want[256];
    read_variable(name, value, sizeof(value));
    (void)snprintf(want, sizeof(want), "%s%s", base, path_prefix);
    print_message("%s=%s\n", name, value);
    assert_memory_equal(value, want, strlen(want));
}

static void
assert_nothing_left_over(void)
{
    assert_null(strstr(environment, "=leftover\n"));
    assert_variable("ENTITLE_PRODUCT_CODE", SERVICE_PRODUCT);
    assert_variable("ENTITLE_KEYS", service_sandbox.keys);
    assert_variable("AWS_ENDPOINT_URL_MARKETPLACE_METERING", service_sandbox.url);
    assert_variable("AWS_CONFIG_FILE", "/nonexistent/config");
}

/* Follows the full URI, as an SDK does. */
static void
fetch_from_full_uri(const char *header)
{
    char uri[512];
    const char *const headers[] = { header, NULL };
    read_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri, sizeof(uri));
    const http_call call = { .url = uri, .path = "", .headers = headers };
    assert_true(http_perform(&call, &reply));
    assert_int_equal(reply.status, 200);
    platform_read_json(&reply, &credentials);
}

static void
task_finds_its_role_and_itself(void **state)
{
    (void)state;
    char uri[512];
    static const char *const platforms[] = { "ecs", "fargate" };
    static const char *const execution[] = { "AWS_ECS_EC2", "AWS_ECS_FARGATE" };
    static const char *const launch[] = { "\"EC2\"", "\"FARGATE\"" };
    for (size_t i = 0; i < 2; i++) {
        source_environment(platforms[i], NULL, NULL);

        assert_nothing_left_over();
        assert_variable("AWS_REGION", "us-east-1");
        assert_variable("AWS_DEFAULT_REGION", "us-east-1");
        assert_variable("AWS_EXECUTION_ENV", execution[i]);
        assert_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "");
        fetch_from_full_uri(NULL);
        platform_assert_register(&credentials, NULL);
        read_variable("ECS_CONTAINER_METADATA_URI_V4", uri, sizeof(uri));
        const http_call call = { .url = uri, .path = "/task" };
        assert_true(http_perform(&call, &reply));
        assert_non_null(strstr(reply.body, launch[i]));
    }
    assert_variable("AWS_EC2_METADATA_DISABLED", "true");
}

static void
each_environment_is_a_new_task(void **state)
{
    (void)state;
    source_environment("ecs", NULL, NULL);
    fetch_from_full_uri(NULL);
    platform_assert_register(&credentials, NULL);
    sandbox_process_demand(
        &service_sandbox, "PUT", "subscription", "{\"subscribed\":false}", NULL);
    source_environment("ecs", NULL, NULL);
    fetch_from_full_uri(NULL);
    platform_assert_register(&credentials, "CustomerNotEntitledException");
}

static void
real_addresses_are_those_of_aws(void **state)
{
    (void)state;
    source_environment("ecs", "--addresses", "real");
    assert_nothing_left_over();
    assert_url("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "", "/v2/credentials/");
    assert_url("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2", "/v4/");
    assert_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    assert_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");

    source_environment("eks-pod-identity", "--addresses", "real");
    assert_variable(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
    assert_variable(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/"
        "eks-pod-identity-token");

    source_environment("ec2", "--addresses", "real");
    assert_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
}

/* Reads the file that the variable names, which has to hold a token and no more. */
static void
read_token(const char *variable, char *out, size_t out_size)
{
    char path[512];
    struct stat found;
    read_variable(variable, path, sizeof(path));
    print_message("%s=%s\n", variable, path);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t length = fread(out, 1, out_size - 1, file);
    out[length] = '\0';
    (void)fclose(file);
    assert_int_equal(
        strspn(
            out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
        length);
}

static void
pod_with_irsa_finds_its_token(void **state)
{
    (void)state;
    char directory[128];
    char role[256];
    static char token[4096];
    static char body[8192];
    (void)snprintf(directory, sizeof(directory), "%s/it's", folder);
    source_environment("eks-irsa", "--write-token", directory);

    assert_nothing_left_over();
    assert_variable("AWS_REGION", "us-east-1");
    assert_variable("AWS_STS_REGIONAL_ENDPOINTS", "regional");
    assert_variable("AWS_ENDPOINT_URL_STS", service_sandbox.url);
    assert_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", service_sandbox.url);
    assert_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    assert_variable("KUBERNETES_SERVICE_HOST", "10.100.0.1");
    read_variable("AWS_ROLE_ARN", role, sizeof(role));
    read_token("AWS_WEB_IDENTITY_TOKEN_FILE", token, sizeof(token));
    (void)snprintf(
        body,
        sizeof(body),
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=s1"
        "&RoleArn=%s&WebIdentityToken=%s",
        role,
        token);
    const http_call call = { .url = service_sandbox.url, .body = body };
    assert_true(http_perform(&call, &reply));
    assert_int_equal(reply.status, 200);
    platform_read_xml(&reply, &credentials);
    platform_assert_register(&credentials, NULL);
}

static void
pod_identity_finds_its_token(void **state)
{
    (void)state;
    char directory[128];
    char first[4200];
    char header[4200] = "Authorization: ";
    (void)snprintf(directory, sizeof(directory), "%s/it's", folder);
    source_environment("eks-pod-identity", "--write-token", directory);

    assert_nothing_left_over();
    assert_variable("AWS_ROLE_ARN", "");
    assert_variable("AWS_WEB_IDENTITY_TOKEN_FILE", "");
    read_token(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        header + strlen(header),
        sizeof(header) - 16);
    fetch_from_full_uri(header);
    platform_assert_register(&credentials, "PlatformNotSupportedException");

    /* Again: the file is replaced, as by a new pod. */
    (void)snprintf(first, sizeof(first), "%s", header + 15);
    source_environment("eks-pod-identity", "--write-token", directory);
    read_token("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", header, sizeof(header));
    assert_string_not_equal(first, header);
}

static void
instance_has_metadata_and_no_region(void **state)
{
    (void)state;
    source_environment("ec2", NULL, NULL);
    assert_nothing_left_over();
    assert_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", service_sandbox.url);
    assert_variable("AWS_REGION", "");
    assert_variable("AWS_EXECUTION_ENV", "");
}

typedef struct usage_case {
    const char *arguments[6];
    int want_exit;
    const char *want_text;
} usage_case;

static const usage_case usage_cases[] = {
    { { "--platform", "ecs" }, 0, "export AWS_EXECUTION_ENV='AWS_ECS_EC2'" },
    { { "--platform", "lambda" }, 64, "'lambda' is none of" },
    { { "--platform" }, 64, "wants a value" },
    { { "--platform", "ecs", "--addresses", "sandbox" }, 0, "FULL_URI=" },
    { { "--platform", "ecs", "--addresses", "other" }, 64, "neither" },
    { { "--addresses", "real" }, 64, "goes with --platform" },
    { { "--write-token", "/tmp" }, 64, "goes with" },
    { { "--platform", "ec2", "--write-token", "/tmp" }, 64, "goes with" },
    { { "--platform", "eks-irsa", "--write-token", "" }, 64, "wants a folder" },
    { { "--platform", "eks-irsa", "--write-token", "/nowhere/at/all" },
      74,
      "/nowhere/at/all" },
    { { "--platform", "eks-irsa" },
      0,
      "='/var/run/secrets/eks.amazonaws.com/serviceaccount/token'" },
};

static void
options_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(usage_cases) / sizeof(usage_cases[0]); i++) {
        const usage_case *one = &usage_cases[i];
        const char *arguments[9] = { "env", "--url", service_sandbox.url };
        memcpy(arguments + 3, one->arguments, sizeof(one->arguments));

        int status = sandbox_program_run(arguments, script, sizeof(script));

        assert_int_equal(status, one->want_exit);
        assert_non_null(strstr(script, one->want_text));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(task_finds_its_role_and_itself, prepare, tidy),
        cmocka_unit_test_setup_teardown(each_environment_is_a_new_task, prepare, tidy),
        cmocka_unit_test_setup_teardown(real_addresses_are_those_of_aws, prepare, tidy),
        cmocka_unit_test_setup_teardown(pod_with_irsa_finds_its_token, prepare, tidy),
        cmocka_unit_test_setup_teardown(pod_identity_finds_its_token, prepare, tidy),
        cmocka_unit_test_setup_teardown(
            instance_has_metadata_and_no_region, prepare, tidy),
        cmocka_unit_test(options_are_read_strictly),
    };
    return cmocka_run_group_tests_name(
        "sandbox_env", tests, service_start, service_stop);
}
