/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_TASK_METADATA_H
#define ENT_AWS_TASK_METADATA_H

#include "aws/credentials_source.h"
#include "aws/region.h"

/*
 * The Region of the ECS task, from the ARN that its metadata endpoint names:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 * ENTITLE_NO_REGION where ECS_CONTAINER_METADATA_URI_V4 is not set; any other failure
 * means that it is, and does not say. `out` has ENT_REGION_SIZE bytes.
 */
ENTITLE_CHECKED entitle_status ent_task_metadata_region(
    const ent_credentials_request *request, char *out, entitle_error *error);

/* The ARN of the task, likewise: visible ASCII, in `out_size` bytes. */
ENTITLE_CHECKED entitle_status ent_task_metadata_arn(
    const ent_credentials_request *request,
    char *out,
    size_t out_size,
    entitle_error *error);

#endif
