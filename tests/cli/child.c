/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_LIMIT = 4 * 1024 * 1024 };

static void
need(int is_true, const char *what)
{
    if (!is_true) {
        perror(what);
        abort();
    }
}

/* A file that goes away by itself, with the bytes that it starts with. */
static FILE *
scratch_file(const char *bytes, size_t length)
{
    FILE *file = tmpfile();

    need(file != NULL, "tmpfile");
    need(fcntl(fileno(file), F_SETFD, FD_CLOEXEC) == 0, "fcntl");
    need(fwrite(bytes, 1, length, file) == length, "fwrite");
    rewind(file);
    return file;
}

static char *
read_back(FILE *file)
{
    char *text = calloc(1, OUTPUT_LIMIT);
    char *fitted = NULL;
    size_t length = 0;

    need(text != NULL, "calloc");
    rewind(file);
    length = fread(text, 1, OUTPUT_LIMIT - 1, file);
    (void)fclose(file);
    fitted = realloc(text, length + 1);
    return fitted != NULL ? fitted : text;
}

static void
become(const child_plan *plan, FILE *in, const child_process *child)
{
    static const char *const plain[] = { "PATH=/usr/bin:/bin", NULL };
    const char *const *environment =
        plan->environment != NULL ? plan->environment : plain;

    if (dup2(fileno(in), STDIN_FILENO) < 0 ||
        dup2(fileno(child->out), STDOUT_FILENO) < 0 ||
        dup2(fileno(child->err), STDERR_FILENO) < 0) {
        _exit(99);
    }
    for (int descriptor = 3; descriptor < 256; descriptor++) {
        (void)close(descriptor);
    }
    if (plan->prepare != NULL) {
        plan->prepare(plan->context);
    }
    (void)execve(
        plan->arguments[0],
        (char *const *)(uintptr_t)plan->arguments,
        (char *const *)(uintptr_t)environment);
    _exit(98);
}

child_process
child_start(const child_plan *plan)
{
    const char *input = plan->input != NULL ? plan->input : "";
    size_t length = plan->input_length > 0 ? plan->input_length : strlen(input);
    FILE *in = scratch_file(input, length);
    child_process child = { .out = scratch_file("", 0), .err = scratch_file("", 0) };

    (void)fflush(NULL);
    child.pid = fork();
    need(child.pid >= 0, "fork");
    if (child.pid == 0) {
        become(plan, in, &child);
    }
    (void)fclose(in);
    return child;
}

child_result
child_wait(child_process *child)
{
    child_result result = { .pid = child->pid, .exit_status = -1 };
    int status = 0;

    need(waitpid(child->pid, &status, 0) == child->pid, "waitpid");
    if (WIFEXITED(status)) {
        result.exit_status = WEXITSTATUS(status);
    } else if (WIFSIGNALED(status)) {
        result.signal = WTERMSIG(status);
    }
    result.out = read_back(child->out);
    result.err = read_back(child->err);
    return result;
}

child_result
child_run(const child_plan *plan)
{
    child_process child = child_start(plan);

    return child_wait(&child);
}

void
child_result_clear(child_result *result)
{
    free(result->out);
    free(result->err);
}

int64_t
now_ms(void)
{
    struct timespec now;

    need(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
