/* SPDX-License-Identifier: Apache-2.0 */
#include "env/command_env.h"

#include "base/error.h"
#include "base/json.h"
#include "base/runtime.h"
#include "env/env_old_sdks.h"
#include "env/env_platform.h"
#include "env/env_state.h"
#include "env/shell.h"
#include "http/response.h"
#include "http/url.h"
#include "wire/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_LIMIT = 64 * 1024 };

/* The variables that take their value from the sandbox's state. */
typedef struct variable {
    const char *name;
    const char *member;
} variable;

static const variable variables[] = {
    { "AWS_REGION", "region" },
    { "AWS_DEFAULT_REGION", "region" },
    { "AWS_ACCESS_KEY_ID", "access_key_id" },
    { "AWS_SECRET_ACCESS_KEY", "secret_access_key" },
    { "ENTITLE_PRODUCT_CODE", "product_code" },
    { "ENTITLE_KEYS", "keys" },
};

static entitle_status
write_exports(
    ent_buffer *out, const char *url, const ent_json *state, entitle_error *error)
{
    shell_append_export(out, "AWS_ENDPOINT_URL_MARKETPLACE_METERING", url);
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value =
            ent_json_string(ent_json_member(state, variables[i].member));
        if (value == NULL) {
            return ent_fail(
                error,
                ENTITLE_UNREACHABLE,
                "what answers at %s is not a sandbox: its state has no '%s'",
                url,
                variables[i].member);
        }
        shell_append_export(out, variables[i].name, value);
    }
    shell_append_export(out, "AWS_EC2_METADATA_DISABLED", "true");
    ent_buffer_append_text(out, "unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN\n");
    env_append_old_sdks(out, url);
    return ENTITLE_OK;
}

/* What AWS's SDKs read, and what node's own TLS does. */
static entitle_status
write_trust(ent_buffer *out, const char *ca, entitle_error *error)
{
    char *path = ca != NULL ? realpath(ca, NULL) : NULL;
    if (ca != NULL && path == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "--ca: cannot read '%s'", ca);
    }
    if (path != NULL) {
        shell_append_export(out, "AWS_CA_BUNDLE", path);
        shell_append_export(out, "NODE_EXTRA_CA_CERTS", path);
    }
    free(path);
    return ENTITLE_OK;
}

/* "http://host:port" of a URL that was given with or without a slash at its end. */
static entitle_status
normalise_url(const char *given, ent_buffer *out, entitle_error *error)
{
    ent_url url;
    entitle_status status = ent_url_parse(given, &url, error);
    if (status != ENTITLE_OK) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--url wants the URL of a sandbox, such as http://127.0.0.1:8700");
    }
    if (strcmp(url.path, "/") != 0 || url.query[0] != '\0' ||
        !ent_url_is_loopback(&url)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--url wants a loopback address without a path, such as "
            "http://127.0.0.1:8700");
    }
    char host[ENT_HOST_LIMIT + 8];
    ent_url_host_header(&url, host);
    ent_buffer_append_format(out, "%s://%s", url.is_https ? "https" : "http", host);
    return out->failed ? ent_fail_memory(error) : ENTITLE_OK;
}

/* The buyer's account. */
static const char *
account_of(const ent_json *state)
{
    const ent_json *customers = ent_json_member(state, "customers");
    const ent_json *first =
        fields_is_array(customers) ? fields_element(customers, 0) : NULL;
    return ent_json_string(ent_json_member(first, "account"));
}

static entitle_status
write_platform(
    ent_buffer *out,
    const char *url,
    const ent_json *state,
    const sandbox_options *options,
    entitle_error *error)
{
    const env_sandbox sandbox = {
        .url = url,
        .region = ent_json_string(ent_json_member(state, "region")),
        .account = account_of(state),
        .product_code = ent_json_string(ent_json_member(state, "product_code")),
        .keys = ent_json_string(ent_json_member(state, "keys")),
    };
    if (sandbox.region == NULL || sandbox.account == NULL ||
        sandbox.product_code == NULL || sandbox.keys == NULL) {
        return ent_fail(
            error, ENTITLE_UNREACHABLE, "what answers at %s is not a sandbox", url);
    }
    return env_platform_write(out, &sandbox, options, error);
}

static entitle_status
print_exports(
    const char *url,
    const entitle_response *response,
    const sandbox_options *options,
    entitle_error *error)
{
    ent_json *state = ent_json_parse_object(
        ent_buffer_text(&response->body), response->body.length, NULL);
    if (state == NULL) {
        return ent_fail(
            error, ENTITLE_UNREACHABLE, "what answers at %s is not a sandbox", url);
    }
    ent_buffer text;
    ent_buffer_init(&text, response->body.runtime, OUTPUT_LIMIT);
    entitle_status status = options->platform == PLATFORM_NONE
                                ? write_exports(&text, url, state, error)
                                : write_platform(&text, url, state, options, error);
    if (status == ENTITLE_OK) {
        status = write_trust(&text, options->ca, error);
    }
    if (status == ENTITLE_OK &&
        (text.failed || fputs(ent_buffer_text(&text), stdout) < 0 ||
         fflush(stdout) != 0)) {
        status = ent_fail(error, ENTITLE_IO_ERROR, "cannot write to standard output");
    }
    ent_buffer_clear(&text);
    ent_json_free(state);
    return status;
}

entitle_status
command_env(const sandbox_options *options, entitle_error *error)
{
    entitle_runtime runtime;
    entitle_status status = ent_runtime_fill(&runtime, NULL, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    ent_buffer url;
    entitle_response response;
    ent_buffer_init(&url, &runtime, ENT_URL_LIMIT);
    ent_response_init(&response, &runtime);

    status = normalise_url(options->url, &url, error);
    if (status == ENTITLE_OK) {
        status = env_state_fetch(
            ent_buffer_text(&url), options->ca, options->wait_s, &response, error);
    }
    if (status == ENTITLE_OK) {
        status = print_exports(ent_buffer_text(&url), &response, options, error);
    }
    ent_response_clear(&response);
    ent_buffer_clear(&url);
    return status;
}
