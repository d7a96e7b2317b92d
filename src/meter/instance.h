/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_INSTANCE_H
#define ENT_METER_INSTANCE_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stddef.h>

/*
 * What AWS tells this task, pod or instance from others by: the ECS task's ARN, the
 * pod's UID in its web identity token, the EC2 instance's id, or else the host's name.
 */
ENTITLE_CHECKED entitle_status ent_instance_find(
    const entitle_runtime *runtime, char *out, size_t out_size, entitle_error *error);

#endif
