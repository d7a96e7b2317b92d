/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "base/error.h"
#include "base/runtime.h"
#include "base/timestamp.h"

#include <stddef.h>

#define EXPIRATION "AWS_CREDENTIAL_EXPIRATION"

/* 0 where the variable is not set: nobody knows then. */
static entitle_status
read_expiry(const entitle_runtime *runtime, int64_t *out_s, entitle_error *error)
{
    const char *text = ent_environment(runtime, EXPIRATION);

    *out_s = 0;
    if (text == NULL) {
        return ENTITLE_OK;
    }
    if (!ent_timestamp_parse_iso(text, out_s)) {
        ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            EXPIRATION " is '%.40s', not a time in ISO 8601",
            text);
        ent_hint(error, "set " EXPIRATION " as in 2026-11-21T20:00:00Z, or unset it");
        return ENTITLE_INVALID_CREDENTIALS;
    }
    if (*out_s > ent_now_s(runtime)) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_EXPIRED_CREDENTIALS,
        "the credentials in the environment expired at %.40s, says " EXPIRATION,
        text);
    ent_hint(error, "renew the variables, all of them together, or check the clock");
    return ENTITLE_EXPIRED_CREDENTIALS;
}

entitle_status
ent_credentials_from_environment(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_runtime *runtime = request->runtime;
    const char *key_id = ent_environment(runtime, "AWS_ACCESS_KEY_ID");
    const char *secret = ent_environment(runtime, "AWS_SECRET_ACCESS_KEY");
    const char *token = ent_environment(runtime, "AWS_SESSION_TOKEN");
    int64_t expires_at_s = 0;
    entitle_status status;

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
    status = read_expiry(runtime, &expires_at_s, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return entitle_credentials_set(
        out,
        ENTITLE_CREDENTIALS_ENVIRONMENT,
        key_id,
        secret,
        token,
        expires_at_s,
        error);
}
