/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_LOG_H
#define ENT_BASE_LOG_H

#include <entitle/runtime.h>

/*
 * One line for the caller's hook, cleaned as in ent_fail(). Never a secret,
 * token or nonce.
 */
void ent_log(
    const entitle_runtime *runtime, entitle_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
