/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include "console/exit_status.h"
#include "program_interpreter.h"
#include "program_search.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A script's interpreter may be a script; the kernel goes no further than this. */
enum { INTERPRETER_DEPTH = 5 };

static bool
fail_lookup(const char *name, int problem, cli_failure *failure)
{
    if (problem == ENOENT || problem == ENOTDIR) {
        fail(failure, EX_NOT_FOUND, "program '%.256s' is not found", name);
        fail_hint(failure, "check the name, PATH and the image");
        return false;
    }
    fail(
        failure,
        EX_CANNOT_EXECUTE,
        "program '%.256s' cannot be executed: %s",
        name,
        strerror(problem));
    fail_hint(failure, "check that it is a file with permission to be executed");
    return false;
}

static bool
fail_interpreter(
    const char *name, const char *interpreter, int problem, cli_failure *failure)
{
    fail(
        failure,
        EX_CANNOT_EXECUTE,
        "program '%.128s' needs '%.128s', which cannot be executed: %s",
        name,
        interpreter,
        strerror(problem));
    fail_hint(failure, "put the interpreter or loader that it names into the image");
    return false;
}

static bool
fail_machine(const char *name, cli_failure *failure)
{
    fail(
        failure,
        EX_CANNOT_EXECUTE,
        "program '%.256s' is for another kind of processor",
        name);
    fail_hint(failure, "build it for the architecture of the image");
    return false;
}

static bool
check_needs(const char *name, const char *path, cli_failure *failure)
{
    program_needs needs;
    char interpreter[INTERPRETER_SIZE];
    char found[sizeof(((cli_program *)NULL)->path)];

    for (int depth = 0; depth < INTERPRETER_DEPTH; depth++) {
        int problem = 0;

        if (!program_needs_of(path, &needs)) {
            return true;
        }
        if (needs.other_machine) {
            return fail_machine(name, failure);
        }
        problem = program_access(needs.interpreter);
        if (problem != 0) {
            return fail_interpreter(name, needs.interpreter, problem, failure);
        }
        if (needs.searched[0] != '\0') {
            problem = program_search(needs.searched, found, sizeof(found));
        }
        if (problem != 0) {
            return fail_interpreter(name, needs.searched, problem, failure);
        }
        memcpy(interpreter, needs.interpreter, sizeof(interpreter));
        path = interpreter;
    }
    return fail_interpreter(name, interpreter, ELOOP, failure);
}

bool
program_find(const char *name, cli_program *out, cli_failure *failure)
{
    int problem = program_search(name, out->path, sizeof(out->path));

    if (problem != 0) {
        return fail_lookup(name, problem, failure);
    }
    return check_needs(name, out->path, failure);
}

/* As execvp() does with a file that the kernel does not know how to execute. */
static int
execute_by_shell(const char *path, char **arguments, char **environment)
{
    size_t count = 0;
    char **shell_arguments = NULL;
    int problem = 0;
    /* execve() takes texts that are not const, and leaves them alone. */
    union {
        const char *given;
        char *taken;
    } shell = { .given = "/bin/sh" }, script = { .given = path };

    while (arguments[count] != NULL) {
        count++;
    }
    shell_arguments = calloc(count + 2, sizeof(char *));
    if (shell_arguments == NULL) {
        return ENOMEM;
    }
    shell_arguments[0] = shell.taken;
    shell_arguments[1] = script.taken;
    memcpy(shell_arguments + 2, arguments + 1, (count - 1) * sizeof(char *));
    (void)execve(shell_arguments[0], shell_arguments, environment);
    problem = errno;
    free(shell_arguments);
    return problem;
}

void
program_execute(
    const cli_program *program,
    char **arguments,
    char **environment,
    cli_failure *failure)
{
    int problem = 0;

    (void)execve(program->path, arguments, environment);
    problem = errno;
    if (problem == ENOEXEC) {
        problem = execute_by_shell(program->path, arguments, environment);
    }
    (void)fail_lookup(arguments[0], problem, failure);
}
