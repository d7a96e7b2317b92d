/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_ENVIRONMENT_H
#define ENT_AWS_CREDENTIALS_ENVIRONMENT_H

#include <entitle/credentials.h>

/*
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. ENTITLE_NO_CREDENTIALS
 * when neither half of the pair is set; ENTITLE_INVALID_CREDENTIALS when one is.
 */
ENTITLE_CHECKED entitle_status ent_credentials_from_environment(
    const entitle_runtime *runtime, entitle_credentials *out, entitle_error *error);

#endif
