/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_CREDENTIALS_RULE_H
#define ENT_GATE_CREDENTIALS_RULE_H

#include "aws/platform.h"

#include <entitle/credentials.h>
#include <entitle/gate.h>

/*
 * Why AWS Marketplace is likely to refuse such credentials on that route and platform,
 * or NULL. The service derives task, pod or instance from the credentials: it takes the
 * ECS task role, on EKS IAM roles for service accounts and, for MeterUsage outside of
 * both, the role of the EC2 instance. The service decides; this is a warning.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
 */
const char *ent_credentials_doubt(
    const entitle_credentials *credentials, entitle_route route, ent_platform platform);

/* What the service takes on that route, for the end of a sentence. */
const char *ent_credentials_accepted(entitle_route route);

#endif
