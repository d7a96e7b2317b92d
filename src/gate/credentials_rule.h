/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_CREDENTIALS_RULE_H
#define ENT_GATE_CREDENTIALS_RULE_H

#include <entitle/credentials.h>

/*
 * Why AWS Marketplace is likely to refuse RegisterUsage with such credentials, or NULL.
 * The service derives task or pod from the credentials: it takes the ECS task role and,
 * on EKS, IAM roles for service accounts. The service decides; this is a warning.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
 */
const char *ent_credentials_doubt(const entitle_credentials *credentials);

#endif
