/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_CHILD_H
#define TEST_CLI_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Runs a program and catches everything that it leaves behind. Its descriptors are 0, 1
 * and 2 and no more. A failure of the test's own ends the test program.
 */
typedef struct child_plan {
    const char *const *arguments;   /* the first is the path; ends with NULL */
    const char *const *environment; /* ends with NULL; NULL: only a PATH */
    const char *input;              /* standard input; NULL: empty */
    size_t input_length;            /* 0: up to the NUL */

    /* In the child, just before the program: closed descriptors, ignored signals. */
    void (*prepare)(void *context);
    void *context;
} child_plan;

typedef struct child_process {
    pid_t pid;
    FILE *out;
    FILE *err;
} child_process;

typedef struct child_result {
    pid_t pid;
    int exit_status; /* -1 when a signal ended it */
    int signal;      /* 0 when none did */
    char *out;
    char *err;
} child_result;

child_process child_start(const child_plan *plan);
child_result child_wait(child_process *child);

/* Both. */
child_result child_run(const child_plan *plan);

void child_result_clear(child_result *result);

int64_t now_ms(void);

#endif
