/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/random.h"
#include "env/env_writer.h"
#include "env/shell.h"
#include "platform/ecs.h"

/*
 * On a laptop the address that the relative URI implies, 169.254.170.2, is nobody's:
 * the full URI says the same to an SDK.
 */
static void
write_task_credentials(const env_writer *writer, const char *id)
{
    if (writer->options->has_real_addresses) {
        env_export_format(
            writer,
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            ECS_CREDENTIALS_PATH "/%s",
            id);
        return;
    }
    env_comment(
        writer, "ECS sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI instead, for which");
    env_comment(writer, "an SDK goes to http://169.254.170.2: see --addresses real.");
    env_export_format(
        writer,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "%s" ECS_CREDENTIALS_PATH "/%s",
        writer->sandbox->url,
        id);
}

/* On Fargate the id has no hyphens but one, before a number of the container's own. */
static void
write_task_metadata(const env_writer *writer, const char *id, bool is_fargate)
{
    char digits[ENT_UUID_SIZE];
    size_t length = 0;
    for (const char *next = id; *next != '\0'; next++) {
        if (!is_fargate || *next != '-') {
            digits[length++] = *next;
        }
    }
    digits[length] = '\0';
    env_export_format(
        writer,
        "ECS_CONTAINER_METADATA_URI_V4",
        "%s" ECS_METADATA_PATH "%s%s",
        writer->options->has_real_addresses ? "http://169.254.170.2"
                                            : writer->sandbox->url,
        digits,
        is_fargate ? "-2531612879" : "");
}

static entitle_status
write_task(const env_writer *writer, bool is_fargate, entitle_error *error)
{
    char credentials[ENT_UUID_SIZE];
    char task[ENT_UUID_SIZE];
    if (!ent_random_uuid(writer->out->runtime, credentials) ||
        !ent_random_uuid(writer->out->runtime, task)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random bytes");
    }
    env_write_region(writer);
    shell_append_export(
        writer->out,
        "AWS_EXECUTION_ENV",
        is_fargate ? "AWS_ECS_FARGATE" : "AWS_ECS_EC2");
    write_task_credentials(writer, credentials);
    write_task_metadata(writer, task, is_fargate);
    return ENTITLE_OK;
}

entitle_status
env_write_ecs(const env_writer *writer, entitle_error *error)
{
    env_write_instance(writer);
    return write_task(writer, false, error);
}

entitle_status
env_write_fargate(const env_writer *writer, entitle_error *error)
{
    if (!writer->options->has_real_addresses) {
        env_comment(writer, "Fargate has no instance metadata:");
        shell_append_export(writer->out, "AWS_EC2_METADATA_DISABLED", "true");
    }
    return write_task(writer, true, error);
}
