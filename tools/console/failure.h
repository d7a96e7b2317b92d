/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_FAILURE_H
#define CONSOLE_FAILURE_H

#include <entitle/error.h>

/* Why a command ends, before it is told to anyone. */
typedef struct cli_failure {
    int exit_status;
    char message[512]; /* one sentence: the cause */
    char hint[512];    /* one sentence: the remedy; may be empty */
} cli_failure;

/* Fills all of `failure`, without a hint. */
void fail(cli_failure *failure, int exit_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the remedy. */
void fail_hint(cli_failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints both; returns the exit status. */
int fail_report(const cli_failure *failure);

/* The same for an error of the library. */
int fail_report_error(const entitle_error *error);

#endif
