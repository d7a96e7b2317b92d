/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_SANDBOX_PROCESS_H
#define TEST_SUPPORT_SANDBOX_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A running entitle-sandbox. It is killed when the test ends, however that ends. */
typedef struct sandbox_process {
    pid_t pid;
    int output;
    char url[128];
    char region[64];
    char product_code[64];
    char keys[512];
    char state[512];
} sandbox_process;

/*
 * Starts the program with `arguments` (ends with NULL; may be NULL) and waits for its
 * first line. False when it ended without one or the line is not what it has to be.
 */
bool sandbox_process_start(sandbox_process *process, const char *const *arguments);

/* The same for one that may have so many descriptors only. */
bool sandbox_process_start_with_few(
    sandbox_process *process, const char *const *arguments, unsigned descriptors);

/*
 * Sends `signal`; the exit status, 128 + n when a signal killed it, -1 when it went on
 * for 10 s. `took_ms` may be NULL.
 */
int sandbox_process_stop(sandbox_process *process, int signal, int64_t *took_ms);

/*
 * One control request, such as ("PUT", "faults", "{…}"); `json` may be NULL. The status
 * of the answer, whose body is in `answer` afterwards (may be NULL).
 */
struct http_reply;
long sandbox_process_control(
    const sandbox_process *process,
    const char *method,
    const char *name,
    const char *json,
    struct http_reply *answer);

/* The same, and fails the test unless the status is 200. */
void sandbox_process_demand(
    const sandbox_process *process,
    const char *method,
    const char *name,
    const char *json,
    struct http_reply *answer);

/*
 * Runs the program to its end with everything that it prints in `output` (may be NULL).
 * Its exit status.
 */
int sandbox_program_run(const char *const *arguments, char *output, size_t output_size);

#endif
