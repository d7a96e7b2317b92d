/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_DIAGNOSIS_FINDING_H
#define ENT_DIAGNOSIS_FINDING_H

#include <entitle/diagnosis.h>
#include <entitle/runtime.h>

enum { ENT_FINDING_LIMIT = 40, ENT_FINDING_TEXT_SIZE = 512 };

struct entitle_finding {
    const char *check;
    entitle_finding_status status;
    char detail[ENT_FINDING_TEXT_SIZE];
    char fix[ENT_FINDING_TEXT_SIZE]; /* "" when ok */
};

/* Fixed size: once it exists, a finding cannot get lost for want of memory. */
struct entitle_diagnosis {
    entitle_runtime runtime;
    const char *platform;
    size_t count;
    entitle_finding findings[ENT_FINDING_LIMIT];
};

/*
 * Each adds a finding; `check` is static storage, the detail one sentence without a
 * final period, cleaned as in ent_fail(), and `fix` one sentence.
 */
void
ent_find_ok(entitle_diagnosis *diagnosis, const char *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void ent_find_warning(
    entitle_diagnosis *diagnosis,
    const char *check,
    const char *fix,
    const char *format,
    ...) __attribute__((format(printf, 4, 5)));
void ent_find_failure(
    entitle_diagnosis *diagnosis,
    const char *check,
    const char *fix,
    const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/* A failure that is an error already. */
void ent_find_error(
    entitle_diagnosis *diagnosis, const char *check, const entitle_error *error);

#endif
