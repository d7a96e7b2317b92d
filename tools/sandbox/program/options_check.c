/* SPDX-License-Identifier: Apache-2.0 */
#include "program/options_check.h"

#include "base/error.h"

static entitle_status
check_serve(const sandbox_options *options, entitle_error *error)
{
    if (options->host_name_count > 0 && !options->is_tls) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "--host-name goes with --tls");
    }
    return ENTITLE_OK;
}

static entitle_status
check_export(const sandbox_options *options, entitle_error *error)
{
    if (options->state == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "export wants --state DIR");
    }
    return ENTITLE_OK;
}

static entitle_status
check_env(const sandbox_options *options, entitle_error *error)
{
    if (options->url == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "env wants --url URL");
    }
    bool has_token = options->platform == PLATFORM_EKS_IRSA ||
                     options->platform == PLATFORM_EKS_POD_IDENTITY;
    if (options->token_directory != NULL && !has_token) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--write-token goes with --platform eks-irsa or eks-pod-identity");
    }
    if (options->has_real_addresses && options->platform == PLATFORM_NONE) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "--addresses goes with --platform");
    }
    return ENTITLE_OK;
}

entitle_status
options_check(const sandbox_options *options, entitle_error *error)
{
    switch (options->command) {
    case COMMAND_ENV:
        return check_env(options, error);
    case COMMAND_EXPORT:
        return check_export(options, error);
    case COMMAND_SERVE:
        return check_serve(options, error);
    case COMMAND_HELP:
    case COMMAND_VERSION:
        break;
    }
    return ENTITLE_OK;
}
