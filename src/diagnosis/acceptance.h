/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_DIAGNOSIS_ACCEPTANCE_H
#define ENT_DIAGNOSIS_ACCEPTANCE_H

#include "aws/platform.h"

#include <entitle/credentials.h>
#include <entitle/diagnosis.h>

#include <stdbool.h>

/* What AWS Marketplace makes of a kind of credentials on a platform. */
typedef struct ent_acceptance {
    entitle_finding_status status;
    const char *detail; /* one sentence */
    const char *fix;    /* NULL when ok */
} ent_acceptance;

/*
 * For credentials that were found. `is_long_term`: the key id is that of a user, which
 * begins with AKIA. For an instance role AWS takes MeterUsage on EC2, and nothing else:
 * only there `route` makes a difference.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
 */
ent_acceptance ent_acceptance_of(
    entitle_route route,
    ent_platform platform,
    entitle_credentials_kind kind,
    bool is_long_term);

/* For a platform on which none were found. */
ent_acceptance ent_acceptance_of_none(ent_platform platform);

#endif
