/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_DECISION_H
#define ENT_GATE_DECISION_H

#include "base/warnings.h"

#include <entitle/gate.h>

/*
 * Everything that is known at the end. Fixed size: once it exists, filling
 * it cannot fail.
 */
struct entitle_decision {
    entitle_runtime runtime;
    entitle_verdict verdict;
    entitle_status reason;
    entitle_status cause;
    char message[512];
    char hint[512];
    char product_code[256];
    uint32_t key_version;
    bool has_key_rotated_at;
    int64_t key_rotated_at_s;
    bool has_issued_at;
    int64_t issued_at_s;
    char region[64];
    entitle_credentials_kind credentials;
    char request_id[64];
    const char *source;
    bool sealed;
    uint32_t attempts;
    int64_t elapsed_ms;
    ent_warnings warnings;
};

/* Undecided, which refuses. NULL for want of memory. */
entitle_decision *ent_decision_new(const entitle_runtime *runtime);

/*
 * Takes verdict, reason, message and hint from an error; maps statuses that
 * are not reasons.
 */
void ent_decision_refuse(entitle_decision *decision, const entitle_error *error);

#endif
