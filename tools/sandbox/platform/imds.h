/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_IMDS_H
#define SANDBOX_IMDS_H

#include "play/play.h"

/*
 * The instance metadata of one EC2 instance that has a role. A session token is
 * optional, as with HttpTokens=optional, but one that is sent has to be right.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
#define IMDS_PATH             "/latest/"
#define IMDS_TOKEN_PATH       "/latest/api/token"
#define IMDS_CREDENTIALS_PATH "/latest/meta-data/iam/security-credentials/"

extern const play_part imds_token_part;
extern const play_part imds_part;

#endif
