/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_INSTANCE_H
#define ENTITLE_INSTANCE_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/runtime.h>
#include <entitle/transport.h>

#include <stddef.h>

/* Room for any name that entitle_instance_name() gives. */
#define ENTITLE_INSTANCE_NAME_SIZE 256u

/* Room for the 12 digits of an AWS account. */
#define ENTITLE_ACCOUNT_SIZE 13u

ENTITLE_BEGIN_DECLS

/*
 * What tells this task, pod or instance from every other, as AWS tells them apart when
 * it meters them: the ARN of the ECS task (ECS_CONTAINER_METADATA_URI_V4), the UID of
 * the pod in its web identity token (AWS_WEB_IDENTITY_TOKEN_FILE), on a plain instance
 * of Amazon EC2 its id, and elsewhere the host's name, which in Kubernetes is the
 * pod's.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
 *
 * `runtime` and `transport` may be NULL: the ordinary ones. `out` has `out_size` bytes,
 * at least ENTITLE_INSTANCE_NAME_SIZE; the name is visible ASCII. Asks the metadata of
 * the platform, for 3 s at most. Fails where the platform is known and does not tell
 * (ENTITLE_UNREACHABLE, ENTITLE_TIMEOUT and others), because another name would be
 * another instance. Safe from any thread.
 */
ENTITLE_CHECKED entitle_status entitle_instance_name(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    char *out,
    size_t out_size,
    entitle_error *error);

/*
 * The AWS account in which this runs: that of the ECS task, or of the instance of
 * Amazon EC2, also from within a pod where it may ask. ENTITLE_PLATFORM_NOT_SUPPORTED
 * where there is neither; other statuses where there is, and it does not tell. As
 * above; `out` has at least ENTITLE_ACCOUNT_SIZE bytes. It is what the surroundings
 * say, and nothing proves it.
 */
ENTITLE_CHECKED entitle_status entitle_instance_account(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    char *out,
    size_t out_size,
    entitle_error *error);

ENTITLE_END_DECLS

#endif
