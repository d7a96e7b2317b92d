/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STS_H
#define SANDBOX_STS_H

#include "play/play.h"

#include <stdbool.h>

/*
 * The Security Token Service: AssumeRoleWithWebIdentity for pods, unsigned, and
 * AssumeRole, signed, which gives the signer other credentials for the same container.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
#define STS_AUDIENCE "sts.amazonaws.com"

/* Whether a request to "/" is for STS: it speaks the Query protocol. */
bool sts_is_asked(const sandbox_request *request);

/* The action of such a request, or "" where STS is not known to have it. */
const char *sts_action_name(const sandbox_request *request);

extern const play_part sts;

#endif
