/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SIGNATURE_H
#define SANDBOX_SIGNATURE_H

#include "play/call.h"

#include <stdbool.h>

/*
 * Checks Signature Version 4, scoped to `service`, as strictly as AWS does: host, the
 * date, x-amz-target and a security token must be signed, the stamp within 15 minutes
 * of the clock, a stated body hash the real one. On success the call has its identity
 * and Region; otherwise it has been refused.
 */
bool signature_check(sandbox_call *call, const char *service);

#endif
