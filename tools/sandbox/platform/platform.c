/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/platform.h"

#include "base/text.h"
#include "platform/ecs.h"
#include "platform/eks.h"
#include "platform/imds.h"
#include "platform/sts.h"
#include "play/play.h"

#include <string.h>

typedef struct platform_route {
    const char *path;
    bool is_prefix;
    const char *fault_targets[3]; /* the first is also the journal's name; NULL ends */
    const play_part *part;
} platform_route;

/* The first that matches. */
static const platform_route routes[] = {
    { ECS_CREDENTIALS_PATH, false, { "ecs-credentials" }, &ecs_credentials },
    { ECS_CREDENTIALS_PATH "/", true, { "ecs-credentials" }, &ecs_credentials },
    { ECS_METADATA_PATH, true, { "ecs-metadata" }, &ecs_metadata },
    { EKS_CREDENTIALS_PATH, false, { "eks-credentials" }, &eks_credentials },
    { IMDS_TOKEN_PATH, false, { "imds-token" }, &imds_token_part },
    { IMDS_CREDENTIALS_PATH, false, { "imds" }, &imds_part },
    { IMDS_CREDENTIALS_PATH, true, { "imds-credentials", "imds" }, &imds_part },
    { IMDS_PATH, true, { "imds" }, &imds_part },
};

static const platform_route *
find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const platform_route *route = &routes[i];
        if (route->is_prefix ? ent_text_starts_with(path, route->path)
                             : strcmp(path, route->path) == 0) {
            return route;
        }
    }
    return NULL;
}

static void
answer_sts(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer)
{
    static const char *const targets[] = { "sts", NULL };
    const play_request named = {
        .http = request,
        .operation = sts_action_name(request),
        .fault_targets = targets,
    };
    play(sandbox, &sts, &named, answer);
}

bool
platform_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer)
{
    if (sts_is_asked(request)) {
        answer_sts(sandbox, request, answer);
        return true;
    }
    const platform_route *route = find_route(request->path);
    if (route == NULL) {
        return false;
    }
    const play_request named = {
        .http = request,
        .operation = route->fault_targets[0],
        .fault_targets = route->fault_targets,
    };
    play(sandbox, route->part, &named, answer);
    return true;
}
