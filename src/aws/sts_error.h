/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_STS_ERROR_H
#define ENT_AWS_STS_ERROR_H

#include "aws/retry.h"
#include "aws/sts_answer.h"

/*
 * What STS meant by an answer that is not 2xx. The code stands in the message only:
 * `service_code` is for those of the Metering Service, which mean something else.
 */
entitle_status ent_sts_error_explain(
    const char *action,
    int32_t http_status,
    const ent_service_error *said,
    entitle_error *error);

/* Whether the same may succeed soon. */
ent_retry_class ent_sts_error_classify(
    entitle_status failure, int32_t http_status, const ent_service_error *said);

#endif
