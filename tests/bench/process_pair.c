/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two commands in turn, A B A B …, each as a whole process: wall time and peak memory
 * from outside, medians, and the ratio A/B pair by pair.
 *
 *     process_pair RUNS STATUS COMMAND_A… -- COMMAND_B… [-- PREPARATION…]
 *
 * Both have to end with that exit status, or nothing was compared. The preparation is
 * run before each pair, and its time does not count.
 *
 * This program is small on purpose: the kernel counts the peak of the process that a
 * child is started from as the child's own.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define WARM_UPS 3
#define FEW_RUNS 10 /* of long commands: one of each warms them up */
#define MAX_RUNS 1000

extern char **environ;

/* <sys/wait.h> hides it behind a macro that this project does not set. */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);

typedef struct sample {
    double wall_ms;
    double peak_kib;
    int status;
} sample;

static double
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool
run(char **command, sample *out)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    double started_ms;
    pid_t child;
    bool spawned;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    started_ms = now_ms();
    spawned = posix_spawnp(&child, command[0], &actions, NULL, command, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    if (!spawned || wait4(child, &out->status, 0, &usage) < 0) {
        return false;
    }
    out->wall_ms = now_ms() - started_ms;
    out->peak_kib = (double)usage.ru_maxrss;
    return true;
}

static bool
ended_with(int exit_status, const sample *one)
{
    return WIFEXITED(one->status) && WEXITSTATUS(one->status) == exit_status;
}

/* Says so where it did not. */
static bool
ended_as_wanted(int exit_status, char **command, const sample *one)
{
    if (ended_with(exit_status, one)) {
        return true;
    }
    fprintf(
        stderr,
        "process_pair: %s %s ended with wait status %#x instead of exit status %d\n",
        command[0],
        command[1] == NULL ? "" : command[1],
        (unsigned)one->status,
        exit_status);
    return false;
}

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double
median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

typedef double (*figure)(const sample *);

static double
wall_of(const sample *taken)
{
    return taken->wall_ms;
}

static double
peak_of(const sample *taken)
{
    return taken->peak_kib;
}

static void
print_figure(const char *name, figure of, const sample *a, const sample *b, size_t runs)
{
    double as[MAX_RUNS];
    double bs[MAX_RUNS];
    double ratios[MAX_RUNS];

    for (size_t i = 0; i < runs; i++) {
        as[i] = of(&a[i]);
        bs[i] = of(&b[i]);
        ratios[i] = as[i] / bs[i];
    }
    printf(
        "%s A=%.3f B=%.3f ratio=%.3f",
        name,
        median(as, runs),
        median(bs, runs),
        median(ratios, runs));
    printf(
        " ratio_low=%.3f ratio_high=%.3f\n", ratios[runs / 10], ratios[runs * 9 / 10]);
}

/* Ends the list of a command at "--"; what follows that, or NULL. */
static char **
cut(char **command)
{
    while (*command != NULL && strcmp(*command, "--") != 0) {
        command++;
    }
    if (*command == NULL) {
        return NULL;
    }
    *command = NULL;
    return command + 1;
}

static bool
prepare(char **preparation)
{
    sample ignored;

    return preparation == NULL ||
           (run(preparation, &ignored) && ended_with(0, &ignored));
}

int
main(int count, char **arguments)
{
    static sample a[MAX_RUNS];
    static sample b[MAX_RUNS];
    char **command_a = arguments + (count > 3 ? 3 : count);
    char **command_b = cut(command_a);
    char **preparation = command_b != NULL ? cut(command_b) : NULL;
    size_t runs = count > 3 ? strtoul(arguments[1], NULL, 10) : 0;
    int wanted = count > 3 ? (int)strtol(arguments[2], NULL, 10) : 0;

    if (runs == 0 || runs > MAX_RUNS || command_b == NULL) {
        fprintf(
            stderr,
            "usage: process_pair RUNS STATUS COMMAND_A… -- COMMAND_B… "
            "[-- PREPARATION…]\n");
        return 64;
    }

    size_t warm_ups = runs < FEW_RUNS ? 1 : WARM_UPS;
    for (size_t i = 0; i < runs + warm_ups; i++) {
        size_t at = i < warm_ups ? 0 : i - warm_ups;
        if (!prepare(preparation)) {
            fprintf(stderr, "process_pair: a preparation failed\n");
            return 70;
        }
        if (!run(command_a, &a[at]) || !run(command_b, &b[at])) {
            fprintf(stderr, "process_pair: cannot start a command\n");
            return 71;
        }
        if (!ended_as_wanted(wanted, command_a, &a[at]) ||
            !ended_as_wanted(wanted, command_b, &b[at])) {
            return 70;
        }
    }
    print_figure("wall_ms", wall_of, a, b, runs);
    print_figure("peak_kib", peak_of, a, b, runs);
    return 0;
}
