/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_environment.h"

#include "base/error.h"
#include "base/runtime.h"

#include <stddef.h>

entitle_status
ent_credentials_from_environment(
    const entitle_runtime *runtime, entitle_credentials *out, entitle_error *error)
{
    const char *key_id = ent_environment(runtime, "AWS_ACCESS_KEY_ID");
    const char *secret = ent_environment(runtime, "AWS_SECRET_ACCESS_KEY");
    const char *token = ent_environment(runtime, "AWS_SESSION_TOKEN");

    if (key_id == NULL && secret == NULL) {
        return ent_fail(error, ENTITLE_NO_CREDENTIALS, "AWS_ACCESS_KEY_ID is not set");
    }
    if (key_id == NULL || secret == NULL) {
        ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            "%s is set but %s is not",
            key_id != NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
            key_id != NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
        ent_hint(error, "set both variables, or neither");
        return ENTITLE_INVALID_CREDENTIALS;
    }
    return entitle_credentials_set(
        out, ENTITLE_CREDENTIALS_ENVIRONMENT, key_id, secret, token, 0, error);
}
