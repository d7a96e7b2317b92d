/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PROFILE_ROLE_H
#define ENT_AWS_PROFILE_ROLE_H

#include "aws/credentials_source.h"

#include <stdbool.h>

/* A `role_arn` that is assumed with the credentials of another source. */
bool ent_profile_has_role(const ent_profile *profile);

/*
 * Assumes it: with the credentials of `source_profile`, which may have a role itself,
 * or of `credential_source`. ENTITLE_CONFIGURATION: not exactly one of the two, a
 * profile that does not exist, one that leads back to itself, a source without
 * credentials. ENTITLE_UNSUPPORTED_CREDENTIALS: it wants a code of `mfa_serial`.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 */
ENTITLE_CHECKED entitle_status ent_profile_take_role(
    const ent_credentials_request *request,
    const ent_profile *profile,
    entitle_credentials *out,
    entitle_error *error);

/* In credentials_profile.c: all that a profile may have but a role. */
bool ent_profile_has_keys(const ent_profile *profile);
ENTITLE_CHECKED entitle_status ent_profile_take_own(
    const ent_credentials_request *request,
    const ent_profile *profile,
    entitle_credentials *out,
    entitle_error *error);

#endif
