/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_CREDENTIALS_H
#define ENTITLE_CREDENTIALS_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/runtime.h>
#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where the AWS credentials came from. AWS Marketplace recognises the calling container
 * by its credentials, so the kind decides whether a call can succeed at all.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
 */
typedef enum entitle_credentials_kind {
    ENTITLE_CREDENTIALS_UNKNOWN = 0,
    ENTITLE_CREDENTIALS_ENVIRONMENT,
    ENTITLE_CREDENTIALS_PROFILE,
    ENTITLE_CREDENTIALS_PROCESS,
    ENTITLE_CREDENTIALS_ASSUMED_ROLE,
    ENTITLE_CREDENTIALS_WEB_IDENTITY,
    ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
    ENTITLE_CREDENTIALS_EKS_POD_IDENTITY,
    ENTITLE_CREDENTIALS_INSTANCE_ROLE
} entitle_credentials_kind;

/* One set of credentials, being filled by a provider. Belongs to the library. */
typedef struct entitle_credentials entitle_credentials;

/*
 * A source of credentials. provide() is asked before every attempt, and with `refresh`
 * after AWS refused what it gave: it must then not answer from a cache. It may take
 * `timeout_ms` at most. It returns ENTITLE_NO_CREDENTIALS when it has none, and another
 * status, with the cause in `error`, when it is configured but broken; after a status
 * of the category UNAVAILABLE it is asked again, where retries are wanted.
 */
typedef struct entitle_credentials_provider {
    size_t struct_size; /* sizeof(entitle_credentials_provider) */
    void *context;
    entitle_status (*provide)(
        void *context,
        bool refresh,
        int64_t timeout_ms,
        entitle_credentials *out,
        entitle_error *error);
} entitle_credentials_provider;

/*
 * Each may be NULL; what is not must outlive the provider, but for the region's text.
 */
typedef struct entitle_credentials_options {
    size_t struct_size;                 /* sizeof(entitle_credentials_options) */
    const entitle_runtime *runtime;     /* NULL: the ordinary one */
    const entitle_transport *transport; /* NULL: libcurl's */
    const char *region;                 /* whose STS to ask; NULL: AWS_REGION, … */
} entitle_credentials_options;

ENTITLE_BEGIN_DECLS

/* "web-identity" and so on; "unknown" for what is not known. Static storage. */
const char *entitle_credentials_kind_name(entitle_credentials_kind kind);

/*
 * For providers: copies the texts, which are wiped after use. `session_token` may be
 * NULL; `expires_at_s` is in epoch seconds, 0 when they do not expire.
 * ENTITLE_INVALID_CREDENTIALS when a text is empty, too long (key id 128, secret 256,
 * token 16,384 bytes) or holds anything but printable ASCII: it would end up in a
 * header.
 */
ENTITLE_CHECKED entitle_status entitle_credentials_set(
    entitle_credentials *credentials,
    entitle_credentials_kind kind,
    const char *access_key_id,
    const char *secret_access_key,
    const char *session_token,
    int64_t expires_at_s,
    entitle_error *error);

/*
 * The ordinary chain; the first source that is configured answers, and one that is
 * configured but broken ends the chain:
 *
 *   1. the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;
 *   2. the profile of AWS's shared files that AWS_PROFILE names, or "default";
 *   3. the web identity of a Kubernetes service account, exchanged at AWS STS:
 *      AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN;
 *   4. the container's endpoint, of an ECS task role or EKS Pod Identity:
 *      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI;
 *   5. where that is not configured, the instance's role, from its metadata.
 *
 * It keeps what it got until shortly before it expires. Free with
 * entitle_credentials_provider_free(). `options` may be NULL.
 */
ENTITLE_CHECKED entitle_status entitle_credentials_provider_new_default(
    const entitle_credentials_options *options,
    entitle_credentials_provider **out,
    entitle_error *error);

/* For those made by the library. Accepts NULL. Wipes what it holds. */
void entitle_credentials_provider_free(entitle_credentials_provider *provider);

ENTITLE_END_DECLS

#endif
