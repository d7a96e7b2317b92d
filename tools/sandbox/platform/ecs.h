/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ECS_H
#define SANDBOX_ECS_H

#include "play/play.h"

/*
 * What the ECS agent answers inside a task. Each credential id is a task of its own;
 * a metadata id tells by its form whether the task runs on EC2 or on Fargate.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 */
#define ECS_CREDENTIALS_PATH "/v2/credentials"
#define ECS_METADATA_PATH    "/v4/"

extern const play_part ecs_credentials;
extern const play_part ecs_metadata;

#endif
