/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_PROCESS_H
#define ENT_AWS_CREDENTIALS_PROCESS_H

#include "aws/credentials_source.h"

/*
 * Runs the credential_process of a profile and takes what it prints:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 * Errors quote its stderr, never its stdout.
 */
ENTITLE_CHECKED entitle_status ent_credentials_from_process(
    const ent_credentials_request *request,
    const ent_profile *profile,
    const char *command,
    entitle_credentials *out,
    entitle_error *error);

#endif
