/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/instance_metadata.h"
#include "diagnosis/examination.h"

/* Where the node has the service, and its answer may not reach into a container. */
static bool
is_behind_hops(ent_platform platform)
{
    return platform == ENT_PLATFORM_ECS || platform == ENT_PLATFORM_EKS ||
           platform == ENT_PLATFORM_KUBERNETES;
}

/*
 * With a hop limit of 1 the node takes the connection and the question, and only the
 * answer with the token dies on its way into the container.
 */
void
ent_examine_metadata(ent_examination *examination)
{
    static const char check[] = "instance-metadata";
    entitle_diagnosis *diagnosis = examination->diagnosis;
    const ent_credentials_request request = ent_examination_request(examination);
    ent_instance_metadata metadata;
    entitle_error error;
    entitle_status status;

    if (!ent_examination_can_ask(examination) ||
        !is_behind_hops(examination->platform.platform)) {
        return;
    }
    status = ent_instance_metadata_open(&request, &metadata, &error);
    if (status != ENTITLE_OK) {
        ent_find_ok(diagnosis, check, "not used: %s", error.message);
    } else if (metadata.token[0] != '\0') {
        ent_find_ok(diagnosis, check, "answers in the container");
    } else {
        ent_find_warning(
            diagnosis,
            check,
            "do without it, by a role of the task or pod and AWS_REGION, or raise the "
            "node's http-put-response-hop-limit to 2",
            "is there and gives no token, as behind a hop limit of 1");
    }
    ent_instance_metadata_close(&metadata);
}
