/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "env/env_writer.h"
#include "env/shell.h"
#include "market/place.h"
#include "platform/eks.h"
#include "platform/pod_token.h"
#include "platform/sts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TOKEN_LIMIT = 8192 };

static entitle_status
make_token_file(
    const env_writer *writer,
    const char *path,
    const char *audience,
    entitle_error *error)
{
    const pod_token_order order = { .region = writer->sandbox->region,
                                    .audience = audience };
    ent_buffer token;
    ent_buffer_init(&token, writer->out->runtime, TOKEN_LIMIT);
    entitle_status status = pod_token_make(&order, &token, error);
    if (status == ENTITLE_OK) {
        status = pod_token_save(path, &token, error);
    }
    ent_buffer_clear(&token);
    return status;
}

/* The absolute path of the folder, which is made where it is missing. */
static entitle_status
prepare_directory(const char *directory, char out[PATH_MAX], entitle_error *error)
{
    if ((mkdir(directory, S_IRWXU) != 0 && errno != EEXIST) ||
        realpath(directory, out) == NULL) {
        return ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot use the folder '%s': %s",
            directory,
            strerror(errno));
    }
    return ENTITLE_OK;
}

/* Where a pod finds its token, and what it is good for. */
typedef struct pod_file {
    const char *variable;
    const char *directory; /* in a pod */
    const char *name;
    const char *audience;
} pod_file;

static entitle_status
write_pod_file(const env_writer *writer, const pod_file *file, entitle_error *error)
{
    if (writer->options->token_directory == NULL) {
        env_comment(writer, "The file is not here; --write-token DIR makes one:");
        env_export_format(writer, file->variable, "%s/%s", file->directory, file->name);
        return ENTITLE_OK;
    }
    char directory[PATH_MAX];
    char path[PATH_MAX + NAME_MAX];
    entitle_status status =
        prepare_directory(writer->options->token_directory, directory, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    (void)snprintf(path, sizeof(path), "%s/%s", directory, file->name);
    shell_append_export(writer->out, file->variable, path);
    return make_token_file(writer, path, file->audience, error);
}

static void
write_cluster(const env_writer *writer)
{
    env_write_instance(writer);
    env_write_region(writer);
    shell_append_export(writer->out, "KUBERNETES_SERVICE_HOST", "10.100.0.1");
    shell_append_export(writer->out, "KUBERNETES_SERVICE_PORT", "443");
}

entitle_status
env_write_irsa(const env_writer *writer, entitle_error *error)
{
    static const pod_file file = {
        .variable = "AWS_WEB_IDENTITY_TOKEN_FILE",
        .directory = "/var/run/secrets/eks.amazonaws.com/serviceaccount",
        .name = "token",
        .audience = STS_AUDIENCE,
    };
    const env_sandbox *sandbox = writer->sandbox;
    write_cluster(writer);
    env_export_format(
        writer,
        "AWS_ROLE_ARN",
        "arn:%s:iam::%s:role/" PLACE_POD_ROLE,
        place_partition(sandbox->region),
        sandbox->account);
    shell_append_export(writer->out, "AWS_STS_REGIONAL_ENDPOINTS", "regional");
    shell_append_export(writer->out, "AWS_ENDPOINT_URL_STS", sandbox->url);
    return write_pod_file(writer, &file, error);
}

entitle_status
env_write_pod_identity(const env_writer *writer, entitle_error *error)
{
    static const pod_file file = {
        .variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        .directory = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
        .name = "eks-pod-identity-token",
        .audience = EKS_AUDIENCE,
    };
    write_cluster(writer);
    env_export_format(
        writer,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "%s" EKS_CREDENTIALS_PATH,
        writer->options->has_real_addresses ? "http://169.254.170.23"
                                            : writer->sandbox->url);
    return write_pod_file(writer, &file, error);
}
