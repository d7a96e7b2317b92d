/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_USAGE_CASE_H
#define TEST_CLI_USAGE_CASE_H

#include "cli/child.h"

/*
 * A command line, what it prints and how it ends. Each refused one has a neighbour that
 * is accepted, or that fails later and for another reason, and differs in one thing. A
 * NULL text is not looked at, an empty one is an empty output.
 */
typedef struct usage_case {
    const char *name;
    const char *arguments[10];
    const char *variable; /* one "NAME=value", or NULL */
    int want_status;
    const char *want_out; /* how standard output begins */
    const char *want_err; /* how standard error begins */
} usage_case;

/* How `check` ends after its command line was found right. */
#define NO_PRODUCT_CODE "entitle: error: no product code was given\nentitle: hint: "

child_result usage_case_run(const usage_case *row);

/* Fails the test for the first case that goes otherwise than it should. */
void usage_cases_check(const usage_case *cases, size_t count);

#endif
