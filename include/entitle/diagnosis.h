/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_DIAGNOSIS_H
#define ENTITLE_DIAGNOSIS_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/gate.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * Why a start is refused, or would be: looks at everything that entitle_gate_check()
 * goes by, without asking it. Nothing that AWS bills is sent unless it is asked for.
 */
typedef struct entitle_diagnosis entitle_diagnosis;
typedef struct entitle_finding entitle_finding;

typedef enum entitle_finding_status {
    ENTITLE_FINDING_FAIL = 0, /* the gate cannot open like this */
    ENTITLE_FINDING_WARN,     /* it may open; someone should look */
    ENTITLE_FINDING_OK
} entitle_finding_status;

typedef struct entitle_diagnosis_options {
    size_t struct_size; /* sizeof(entitle_diagnosis_options) */

    /*
     * What would be checked, as for entitle_gate_check(); NULL, or a member that is not
     * set, is told of and not refused.
     */
    const entitle_gate_options *gate;

    /*
     * Asks the gate at the end: one RegisterUsage, with which AWS begins to bill an
     * entitled task or pod. On the route ENTITLE_ROUTE_METER_USAGE the gate is asked in
     * any case, unless something is found wrong before: its dry run bills nothing.
     */
    bool register_usage;
} entitle_diagnosis_options;

ENTITLE_BEGIN_DECLS

/*
 * Looks at platform, Region, endpoint, clock, credentials and keys, which may take as
 * long as the gate's deadline. What is wrong with them is a finding, not a failure of
 * this function; ENTITLE_INTERRUPTED is one. Free with entitle_diagnosis_free().
 */
ENTITLE_CHECKED entitle_status entitle_diagnosis_run(
    const entitle_diagnosis_options *options,
    entitle_diagnosis **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_diagnosis_free(entitle_diagnosis *diagnosis);

/* "ecs", "fargate", "eks", "kubernetes", "ec2" or "other". Static storage. */
const char *entitle_diagnosis_platform(const entitle_diagnosis *diagnosis);

/* Whether none of the findings is a failure. */
bool entitle_diagnosis_is_healthy(const entitle_diagnosis *diagnosis);

/* In the order in which a start goes through them; NULL past the last. */
size_t entitle_diagnosis_finding_count(const entitle_diagnosis *diagnosis);
const entitle_finding *
entitle_diagnosis_finding_at(const entitle_diagnosis *diagnosis, size_t index);

/* The diagnosis keeps the texts. */
const char *entitle_finding_check(const entitle_finding *finding); /* "region" */
entitle_finding_status entitle_finding_status_of(const entitle_finding *finding);
const char *entitle_finding_detail(const entitle_finding *finding); /* one sentence */
const char *entitle_finding_fix(const entitle_finding *finding);    /* NULL when ok */

/* "ok", "warn" or "fail". Static storage. */
const char *entitle_finding_status_name(entitle_finding_status status);

ENTITLE_END_DECLS

#endif
