/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sandbox_process.h"

#include "support/cmocka.h"
#include "support/http_client.h"

#include <cjson/cJSON.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Generating a key takes a while where sanitizers watch. */
enum {
    ARGUMENT_LIMIT = 16,
    START_LIMIT_MS = 60000,
    STOP_LIMIT_MS = 10000,
    READY_KEYS_SETS = 8
};

static int64_t
now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of the program that is started next; 0: as many as we have. */
static rlim_t descriptors_left;

/* A rotation after a restart must not find the key that it replaces. */
static unsigned processes_started;

static void
limit_descriptors(void)
{
    const struct rlimit few = { descriptors_left, descriptors_left };
    if (descriptors_left > 0 && setrlimit(RLIMIT_NOFILE, &few) != 0) {
        _exit(127);
    }
}

/* Making them is what most tests would spend most of their time with. */
static void
use_ready_keys(void)
{
    char set[16];
    (void)snprintf(set, sizeof(set), "%u", processes_started % READY_KEYS_SETS);
    (void)setenv("READY_KEYS_SET", set, 1);
    (void)setenv("LD_PRELOAD", READY_KEYS_MODULE, 1);
}

static void
become_program(const char *const *arguments, int output, bool with_errors)
{
    static char program[] = ENTITLE_SANDBOX_PROGRAM;
    char *list[ARGUMENT_LIMIT + 2] = { program };
    size_t count = 1;
    for (; arguments != NULL && *arguments != NULL && count <= ARGUMENT_LIMIT;
         arguments++) {
        list[count++] = strdup(*arguments);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(output, STDOUT_FILENO);
    if (with_errors) {
        (void)dup2(output, STDERR_FILENO);
    }
    use_ready_keys();
    limit_descriptors();
    execv(program, list);
    _exit(127);
}

/* The reading end of the program's output, or -1. */
static int
start_program(const char *const *arguments, bool with_errors, pid_t *pid)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    processes_started++;
    *pid = fork();
    if (*pid == 0) {
        become_program(arguments, ends[1], with_errors);
    }
    close(ends[1]);
    return ends[0];
}

static bool
read_line(int descriptor, char *line, size_t size)
{
    size_t used = 0;
    int64_t end_ms = now_ms() + START_LIMIT_MS;
    while (used + 1 < size) {
        struct pollfd ready = { .fd = descriptor, .events = POLLIN };
        int64_t left_ms = end_ms - now_ms();
        if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) != 1 ||
            read(descriptor, line + used, 1) != 1) {
            return false;
        }
        if (line[used] == '\n') {
            line[used] = '\0';
            return true;
        }
        used++;
    }
    return false;
}

static bool
copy_member(const cJSON *event, const char *name, char *out, size_t size)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, name));
    if (text == NULL || strlen(text) >= size) {
        return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

/* These members, no others, in this order; the CA of one that speaks TLS comes last. */
static bool
has_its_members(const cJSON *event)
{
    static const char *const names[] = { "event",        "url",  "region",
                                         "product_code", "keys", "state" };
    const cJSON *member = event != NULL ? event->child : NULL;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (member == NULL || strcmp(member->string, names[i]) != 0) {
            return false;
        }
        member = member->next;
    }
    bool is_with_tls =
        strncmp(cJSON_GetStringValue(event->child->next), "https:", 6) == 0;
    return is_with_tls ? member != NULL && strcmp(member->string, "ca") == 0 &&
                             member->next == NULL
                       : member == NULL;
}

static bool
read_event(sandbox_process *process, const char *line)
{
    char kind[32] = "";
    cJSON *event = cJSON_Parse(line);
    bool is_read =
        has_its_members(event) && copy_member(event, "event", kind, sizeof(kind)) &&
        strcmp(kind, "listening") == 0 &&
        copy_member(event, "url", process->url, sizeof(process->url)) &&
        copy_member(event, "region", process->region, sizeof(process->region)) &&
        copy_member(
            event,
            "product_code",
            process->product_code,
            sizeof(process->product_code)) &&
        copy_member(event, "keys", process->keys, sizeof(process->keys)) &&
        copy_member(event, "state", process->state, sizeof(process->state));
    cJSON_Delete(event);
    return is_read;
}

bool
sandbox_process_start(sandbox_process *process, const char *const *arguments)
{
    char line[4096];
    *process = (sandbox_process){ .output = -1 };
    process->output = start_program(arguments, false, &process->pid);
    if (process->output < 0) {
        return false;
    }
    if (!read_line(process->output, line, sizeof(line)) || !read_event(process, line)) {
        (void)sandbox_process_stop(process, SIGKILL, NULL);
        return false;
    }
    return true;
}

bool
sandbox_process_start_with_few(
    sandbox_process *process, const char *const *arguments, unsigned descriptors)
{
    descriptors_left = descriptors;
    bool is_started = sandbox_process_start(process, arguments);
    descriptors_left = 0;
    return is_started;
}

static int
exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The pipe ends with the process, which is how the wait is bounded. */
int
sandbox_process_stop(sandbox_process *process, int signal, int64_t *took_ms)
{
    int64_t start_ms = now_ms();
    (void)kill(process->pid, signal);
    char rest[256];
    struct pollfd ended = { .fd = process->output, .events = POLLIN };
    int64_t left_ms = STOP_LIMIT_MS;
    bool has_ended = false;
    while (!has_ended && left_ms > 0 && poll(&ended, 1, (int)left_ms) == 1) {
        has_ended = read(process->output, rest, sizeof(rest)) <= 0;
        left_ms = STOP_LIMIT_MS - (now_ms() - start_ms);
    }
    if (!has_ended) {
        (void)kill(process->pid, SIGKILL);
    }
    int status = 0;
    (void)waitpid(process->pid, &status, 0);
    close(process->output);
    if (took_ms != NULL) {
        *took_ms = now_ms() - start_ms;
    }
    return has_ended ? exit_status(status) : -1;
}

/* Of an answer that nobody wants. */
static http_reply discarded;

long
sandbox_process_control(
    const sandbox_process *process,
    const char *method,
    const char *name,
    const char *json,
    http_reply *answer)
{
    http_reply *reply = answer != NULL ? answer : &discarded;
    char path[256];
    (void)snprintf(path, sizeof(path), "/_sandbox/%s", name);
    const http_call call = {
        .method = method, .url = process->url, .path = path, .body = json
    };
    return http_perform(&call, reply) && reply->code == CURLE_OK ? reply->status : -1;
}

void
sandbox_process_demand(
    const sandbox_process *process,
    const char *method,
    const char *name,
    const char *json,
    http_reply *answer)
{
    http_reply *reply = answer != NULL ? answer : &discarded;
    long status = sandbox_process_control(process, method, name, json, reply);
    if (status != 200) {
        fail_msg(
            "%s %s %s: %ld %s",
            method,
            name,
            json != NULL ? json : "",
            status,
            reply->body);
    }
}

int
sandbox_program_run(const char *const *arguments, char *output, size_t output_size)
{
    pid_t pid = -1;
    int descriptor = start_program(arguments, true, &pid);
    size_t used = 0;
    char byte = 0;
    while (read(descriptor, &byte, 1) == 1) {
        if (output != NULL && used + 1 < output_size) {
            output[used++] = byte;
        }
    }
    if (output != NULL) {
        output[used] = '\0';
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    close(descriptor);
    return exit_status(status);
}
