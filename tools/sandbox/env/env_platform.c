/* SPDX-License-Identifier: Apache-2.0 */
#include "env/env_platform.h"

#include "env/env_old_sdks.h"
#include "env/env_writer.h"
#include "env/shell.h"

/* Everything from which an SDK could take credentials, a Region or an endpoint. */
static void
write_clean_slate(const env_writer *writer)
{
    env_comment(writer, "Nothing of this shell's own:");
    ent_buffer_append_text(
        writer->out,
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n"
        "unset AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_ACCOUNT_ID\n"
        "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION\n"
        "unset AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE\n"
        "unset AWS_STS_REGIONAL_ENDPOINTS AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS\n"
        "unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS\n"
        "unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\n"
        "unset AWS_CONTAINER_CREDENTIALS_FULL_URI\n"
        "unset AWS_CONTAINER_AUTHORIZATION_TOKEN\n"
        "unset AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\n"
        "unset ECS_CONTAINER_METADATA_URI ECS_CONTAINER_METADATA_URI_V4\n"
        "unset ECS_AGENT_URI AWS_EXECUTION_ENV\n"
        "unset KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT\n"
        "unset AWS_EC2_METADATA_DISABLED AWS_EC2_METADATA_V1_DISABLED\n"
        "unset AWS_EC2_METADATA_SERVICE_ENDPOINT\n"
        "unset AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE\n");
    env_comment(writer, "A container has no profiles either:");
    shell_append_export(writer->out, "AWS_CONFIG_FILE", "/nonexistent/config");
    shell_append_export(
        writer->out, "AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
}

static void
write_product(const env_writer *writer)
{
    const env_sandbox *sandbox = writer->sandbox;
    env_comment(writer, "The product, and the sandbox in place of AWS:");
    shell_append_export(writer->out, "ENTITLE_PRODUCT_CODE", sandbox->product_code);
    shell_append_export(writer->out, "ENTITLE_KEYS", sandbox->keys);
    shell_append_export(
        writer->out, "AWS_ENDPOINT_URL_MARKETPLACE_METERING", sandbox->url);
    env_append_old_sdks(writer->out, sandbox->url);
}

static entitle_status
write_ec2(const env_writer *writer, entitle_error *error)
{
    (void)error;
    env_comment(writer, "EC2 sets no variable, of the Region neither.");
    env_write_instance(writer);
    return ENTITLE_OK;
}

static env_platform_writer *const platform_writers[] = {
    [PLATFORM_ECS] = env_write_ecs,
    [PLATFORM_FARGATE] = env_write_fargate,
    [PLATFORM_EKS_IRSA] = env_write_irsa,
    [PLATFORM_EKS_POD_IDENTITY] = env_write_pod_identity,
    [PLATFORM_EC2] = write_ec2,
};

entitle_status
env_platform_write(
    ent_buffer *out,
    const env_sandbox *sandbox,
    const sandbox_options *options,
    entitle_error *error)
{
    const env_writer writer = { .out = out, .sandbox = sandbox, .options = options };
    write_clean_slate(&writer);
    write_product(&writer);
    env_comment(&writer, "What the platform sets:");
    return platform_writers[options->platform](&writer, error);
}
