/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_SOURCE_H
#define ENT_AWS_CREDENTIALS_SOURCE_H

#include "aws/profile.h"
#include "base/deadline.h"

#include <entitle/credentials.h>
#include <entitle/transport.h>

/* What a source of credentials may use. */
typedef struct ent_credentials_request {
    const entitle_runtime *runtime;
    const entitle_transport *transport; /* never NULL */
    const ent_profile_set *profiles;    /* never NULL */
    const char *region;                 /* for STS; "" where it is not known */
    ent_deadline deadline;              /* of everything */
} ent_credentials_request;

/*
 * One source, one file: credentials_environment.c, _profile.c, _web_identity.c,
 * _container.c, _instance.c. ENTITLE_NO_CREDENTIALS where it is not configured, and the
 * next is asked; any other failure means that it is configured but broken: that ends
 * the chain and names the source, because falling through would call AWS as somebody
 * else.
 */
typedef entitle_status ent_credentials_source(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error);

ent_credentials_source ent_credentials_from_environment;
ent_credentials_source ent_credentials_from_profile;
ent_credentials_source ent_credentials_from_web_identity;
ent_credentials_source ent_credentials_from_container;
ent_credentials_source ent_credentials_from_instance;

/* Whether a container endpoint is configured: then IMDS is not asked. */
bool ent_container_is_configured(const entitle_runtime *runtime);

/*
 * AssumeRole (signed with `base`) and AssumeRoleWithWebIdentity (unsigned) of AWS STS,
 * regional endpoint. `session_name`, `external_id` and `duration_s` (0) may be left
 * out.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
typedef struct ent_assume_role {
    const char *role_arn;
    const char *session_name;
    const char *external_id;
    int32_t duration_s;
} ent_assume_role;

ENTITLE_CHECKED entitle_status ent_sts_assume_role(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const entitle_credentials *base,
    entitle_credentials *out,
    entitle_error *error);

/* Re-reads the token file, and once more where STS says that the token has expired. */
ENTITLE_CHECKED entitle_status ent_sts_assume_role_with_web_identity(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const char *token_file,
    entitle_credentials *out,
    entitle_error *error);

#endif
