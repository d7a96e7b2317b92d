/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ENV_WRITER_H
#define SANDBOX_ENV_WRITER_H

#include "env/env_platform.h"

/* What a container's environment is made of while it is written. */
typedef struct env_writer {
    ent_buffer *out;
    const env_sandbox *sandbox;
    const sandbox_options *options;
} env_writer;

void
env_export_format(const env_writer *writer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void env_comment(const env_writer *writer, const char *text);

/* AWS_REGION and AWS_DEFAULT_REGION, where the platform sets them. */
void env_write_region(const env_writer *writer);

/* The instance below the container: of it, AWS sets no variable at all. */
void env_write_instance(const env_writer *writer);

/* What each platform adds, the token file of a pod included. */
typedef entitle_status
env_platform_writer(const env_writer *writer, entitle_error *error);

env_platform_writer env_write_ecs;
env_platform_writer env_write_fargate;
env_platform_writer env_write_irsa;
env_platform_writer env_write_pod_identity;

#endif
