/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"
#include "failing_calls.h"
#include "support/cmocka.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/credentials.h>
#include <entitle/instance.h>
#include <entitle/metering.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Each source of credentials and of an instance's name, on a machine that has all of
 * them. What fails ends the search: whoever then took the next source would act for
 * another role, or meter as another instance.
 */
#define EXPIRY "2026-11-21T21:00:00Z"
#define DOCUMENT                                                                       \
    "{\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"secret\",\"Token\":"       \
    "\"token\",\"Expiration\":\"" EXPIRY "\",\"Code\":\"Success\"}"
#define PROCESS_DOCUMENT                                                               \
    "{\"Version\":1,\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"secret\","   \
    "\"SessionToken\":\"token\",\"Expiration\":\"" EXPIRY "\"}"
#define STS_ANSWER(operation_)                                                         \
    "<" operation_ "Response><" operation_ "Result><Credentials>"                      \
    "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"  \
    "<SessionToken>token</SessionToken><Expiration>" EXPIRY                            \
    "</Expiration></Credentials></" operation_ "Result></" operation_ "Response>"
/* {"kubernetes.io":{"pod":{"name":"web-0","uid":"1eb-2"}}} */
#define POD_TOKEN                                                                      \
    "eyJhbGciOiJSUzI1NiJ9."                                                            \
    "eyJrdWJlcm5ldGVzLmlvIjp7InBvZCI6eyJuYW1lIjoid2ViLTAiLCJ1aWQiOiIxZWItMiJ9fX0.c2ln"
#define ROLE     "arn:aws:iam::123456789012:role/r"
#define METADATA "/latest/meta-data/"

#define SERVICE ANSWER(".RegisterUsage", 200, "{\"Signature\":\"the.signed.token\"}")
#define INSTANCE                                                                       \
    ANSWER("/latest/api/token", 200, "imds-token"),                                    \
        ANSWER(METADATA "iam/security-credentials/", 200, "the-role"),                 \
        ANSWER(METADATA "iam/security-credentials/the-role", 200, DOCUMENT),           \
        ANSWER(METADATA "instance-id", 200, "i-0123456789abcdef0"),                    \
        ANSWER(METADATA "placement/region", 200, "eu-west-1")

static const fault_answer web_answers[] = {
    SERVICE,
    ANSWER("amazonaws.com/", 200, STS_ANSWER("AssumeRoleWithWebIdentity")),
    INSTANCE,
};
static const fault_answer role_answers[] = {
    SERVICE,
    ANSWER("amazonaws.com/", 200, STS_ANSWER("AssumeRole")),
    INSTANCE,
};
static const fault_answer other_answers[] = {
    SERVICE,
    ANSWER("/v2/credentials/1", 200, DOCUMENT),
    INSTANCE,
};

static char folder[64];
static char config[96];
static char default_config[96];
static char token[96];
static char none[96];
static fake_variable variables[6];
static entitle_credentials_provider *provider;
static entitle_metering *client;
static char name[ENTITLE_INSTANCE_NAME_SIZE];

static void
begin(const char *profile)
{
    surroundings_begin();
    memset(variables, 0, sizeof(variables));
    variables[0] = (fake_variable){ "AWS_CONFIG_FILE", config };
    variables[1] = (fake_variable){ "AWS_SHARED_CREDENTIALS_FILE", none };
    if (profile != NULL) {
        variables[2] = (fake_variable){ "AWS_PROFILE", profile };
    }
    surroundings.variables = variables;
    ANSWERS_SET(other_answers);
}

static void
use_keys(void)
{
    begin("keys");
}

/* Of a file that is found without being named. */
static void
use_default_keys(void)
{
    begin(NULL);
    variables[0].value = default_config;
}

static void
use_process(void)
{
    begin("process");
}

static void
use_role(void)
{
    begin("role");
    ANSWERS_SET(role_answers);
}

static void
use_web_identity(void)
{
    begin(NULL);
    variables[2] = (fake_variable){ "AWS_WEB_IDENTITY_TOKEN_FILE", token };
    variables[3] = (fake_variable){ "AWS_ROLE_ARN", ROLE };
    ANSWERS_SET(web_answers);
}

static void
use_container(void)
{
    begin(NULL);
    variables[2] = (fake_variable){ "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                    "/v2/credentials/1" };
}

static void
use_instance(void)
{
    begin(NULL);
}

static void
clear(void)
{
    entitle_metering_free(client);
    entitle_credentials_provider_free(provider);
    client = NULL;
    provider = NULL;
}

static entitle_status
make(entitle_error *error)
{
    const entitle_credentials_options with = {
        .struct_size = sizeof(with),
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
        .region = "eu-west-1",
    };
    entitle_status status =
        entitle_credentials_provider_new_default(&with, &provider, error);
    assert_int_equal(provider != NULL, status == ENTITLE_OK);
    if (status != ENTITLE_OK) {
        return status;
    }
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
        .credentials = provider,
        .region = "eu-west-1",
    };
    return entitle_metering_new(&options, &client, error);
}

static entitle_status
ask(entitle_credentials_kind want, entitle_error *error)
{
    entitle_registration *registration = NULL;
    entitle_status status = make(error);

    if (status == ENTITLE_OK) {
        status = entitle_metering_register_usage(
            client, "product", 1, "a-nonce", &registration, error);
    }
    if (entitle_metering_attempts(client) > 0) {
        assert_int_equal(entitle_metering_credentials_kind(client), want);
    }
    entitle_registration_free(registration);
    return status;
}

static entitle_status
ask_with_keys(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_PROFILE, error);
}

static entitle_status
ask_with_process(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_PROCESS, error);
}

static entitle_status
ask_with_role(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_ASSUMED_ROLE, error);
}

static entitle_status
ask_with_web_identity(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_WEB_IDENTITY, error);
}

static entitle_status
ask_with_container(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_ECS_TASK_ROLE, error);
}

static entitle_status
ask_with_instance(entitle_error *error)
{
    return ask(ENTITLE_CREDENTIALS_INSTANCE_ROLE, error);
}

/* The Region from the metadata, where it is set nowhere. */
static entitle_status
find_region(entitle_error *error)
{
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
    };
    entitle_status status = entitle_metering_new(&options, &client, error);

    assert_int_equal(client != NULL, status == ENTITLE_OK);
    assert_string_equal(
        entitle_metering_region(client), status == ENTITLE_OK ? "eu-west-1" : "");
    return status;
}

static entitle_status
name_as(const char *want, entitle_error *error)
{
    entitle_status status = entitle_instance_name(
        &surroundings.runtime, &answers_transport, name, sizeof(name), error);

    if (status == ENTITLE_OK) {
        assert_string_equal(name, want);
    }
    return status;
}

static entitle_status
name_pod(entitle_error *error)
{
    return name_as("1eb-2", error);
}

static entitle_status
name_instance(entitle_error *error)
{
    return name_as("i-0123456789abcdef0", error);
}

static const fault_scenario scenarios[] = {
    { "profile", use_keys, ask_with_keys, NULL, clear, 3 },
    { "default_profile", use_default_keys, ask_with_keys, NULL, clear, 3 },
    { "credential_process", use_process, ask_with_process, NULL, clear, 11 },
    { "assume_role", use_role, ask_with_role, NULL, clear, 5 },
    { "web_identity", use_web_identity, ask_with_web_identity, NULL, clear, 5 },
    { "container", use_container, ask_with_container, NULL, clear, 3 },
    { "instance_role", use_instance, ask_with_instance, NULL, clear, 3 },
    { "region_of_instance", use_instance, find_region, NULL, clear, FAULT_NONE_WITHIN },
    { "name_of_pod", use_web_identity, name_pod, NULL, NULL, 0 },
    { "name_of_instance", use_instance, name_instance, NULL, NULL, FAULT_NONE_WITHIN },
};

int
main(void)
{
    static const char keys[] = "[default]\n"
                               "aws_access_key_id = AKIAEXAMPLE\n"
                               "aws_secret_access_key = secret\n";
    static const char profiles[] =
        "[profile keys]\n"
        "aws_access_key_id = AKIAEXAMPLE\n"
        "aws_secret_access_key = secret\n"
        "[profile process]\n"
        "credential_process = printf '" PROCESS_DOCUMENT "'\n"
        "[profile role]\n"
        "role_arn = " ROLE "\n"
        "source_profile = keys\n";

    failing_inner_memory_install();
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(folder, "config", profiles, config, sizeof(config));
    surroundings_write_file(
        folder, "default", keys, default_config, sizeof(default_config));
    surroundings_write_file(folder, "token", POD_TOKEN, token, sizeof(token));
    (void)snprintf(none, sizeof(none), "%s/none", folder);
    int status = FAULT_SWEEP("aws", scenarios);
    (void)unlink(config);
    (void)unlink(default_config);
    (void)unlink(token);
    (void)rmdir(folder);
    return status;
}
