/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_source.h"
#include "base/error.h"
#include "base/runtime.h"

#include <stddef.h>

entitle_status
ent_credentials_from_web_identity(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_runtime *runtime = request->runtime;
    const char *token_file = ent_environment(runtime, "AWS_WEB_IDENTITY_TOKEN_FILE");
    const ent_assume_role role = {
        .role_arn = ent_environment(runtime, "AWS_ROLE_ARN"),
        .session_name = ent_environment(runtime, "AWS_ROLE_SESSION_NAME"),
    };

    if (token_file == NULL) {
        return ent_fail(
            error, ENTITLE_NO_CREDENTIALS, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    }
    if (role.role_arn == NULL) {
        ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
        ent_hint(
            error,
            "annotate the service account with eks.amazonaws.com/role-arn, or set both "
            "variables, or neither");
        return ENTITLE_INVALID_CREDENTIALS;
    }
    return ent_sts_assume_role_with_web_identity(
        request, &role, token_file, out, error);
}
