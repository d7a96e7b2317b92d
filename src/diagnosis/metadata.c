/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "base/text.h"
#include "diagnosis/examination.h"
#include "http/response.h"
#include "http/transport.h"

#include <stddef.h>

enum { TIMEOUT_MS = 1000 };

/* Where the node has the service, and its answer may not reach into a container. */
static bool
is_behind_hops(ent_platform platform)
{
    return platform == ENT_PLATFORM_ECS || platform == ENT_PLATFORM_EKS ||
           platform == ENT_PLATFORM_KUBERNETES;
}

static bool
is_disabled(const entitle_runtime *runtime)
{
    const char *value = ent_environment(runtime, "AWS_EC2_METADATA_DISABLED");

    return value != NULL && !ent_text_equal_ignoring_case(value, "false");
}

static entitle_status
ask_for_token(const ent_examination *examination)
{
    static const entitle_header headers[] = {
        { "x-aws-ec2-metadata-token-ttl-seconds", "60" },
    };
    const entitle_request request = {
        .method = "PUT",
        .url = "http://169.254.169.254/latest/api/token",
        .headers = headers,
        .header_count = 1,
        .connect_timeout_ms = TIMEOUT_MS,
        .timeout_ms = TIMEOUT_MS,
        .direct = true,
    };
    entitle_response response;
    entitle_status status;

    ent_response_init(&response, examination->runtime);
    status = ent_transport_perform(examination->transport, &request, &response, NULL);
    ent_response_clear(&response);
    return status;
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

    if (examination->transport == NULL ||
        !is_behind_hops(examination->platform.platform)) {
        return;
    }
    if (is_disabled(examination->runtime)) {
        ent_find_ok(diagnosis, check, "not asked: AWS_EC2_METADATA_DISABLED is set");
        return;
    }
    switch (ask_for_token(examination)) {
    case ENTITLE_OK:
        ent_find_ok(diagnosis, check, "answers in the container");
        return;
    case ENTITLE_TIMEOUT:
        ent_find_warning(
            diagnosis,
            check,
            "do without it, by the role of the task or pod and AWS_REGION, or raise "
            "the "
            "node's http-put-response-hop-limit to 2",
            "takes the question and does not answer, as behind a hop limit of 1");
        return;
    default:
        ent_find_ok(diagnosis, check, "cannot be reached, which is no loss");
        return;
    }
}
