/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/child_process.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* POSIX has the program declare it. */
extern char **environ;

enum {
    SLICE_MS = 50,
    LAST_SLICE_MS = 2, /* both streams have ended: so will the program */
    CHUNKS_AT_ONCE = 16
};

/* One stream of the child. */
typedef struct stream {
    int read_end;  /* -1 after its end */
    int write_end; /* -1 once the child has it */
    ent_buffer *into;
    bool has_more_than_fits;
    int failure; /* the number of an error, or 0 */
} stream;

typedef struct child {
    pid_t pid;
    int wait_status;
    stream output;
    stream complaint;
    const ent_deadline *deadline;
} child;

static void
close_end(int *descriptor)
{
    if (*descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
}

static void
close_stream(stream *self)
{
    close_end(&self->read_end);
    close_end(&self->write_end);
}

static bool
open_stream(stream *self, ent_buffer *into)
{
    int ends[2];

    *self = (stream){ .read_end = -1, .write_end = -1, .into = into };
    if (pipe(ends) != 0) {
        return false;
    }
    self->read_end = ends[0];
    self->write_end = ends[1];
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* The number of an error, or 0. */
static int
prepare_files(posix_spawn_file_actions_t *files, const child *self)
{
    int number =
        posix_spawn_file_actions_adddup2(files, self->output.write_end, STDOUT_FILENO);

    if (number == 0) {
        number = posix_spawn_file_actions_adddup2(
            files, self->complaint.write_end, STDERR_FILENO);
    }
    if (number == 0) {
        number = posix_spawn_file_actions_addopen(
            files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    return number;
}

/* What this program did with its signals is not the child's business. */
static int
prepare_signals(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    short flags =
        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    int number;

    sigemptyset(&none);
    sigfillset(&all);
    number = posix_spawnattr_setflags(attributes, flags);
    if (number == 0) {
        number = posix_spawnattr_setpgroup(attributes, 0);
    }
    if (number == 0) {
        number = posix_spawnattr_setsigmask(attributes, &none);
    }
    return number == 0 ? posix_spawnattr_setsigdefault(attributes, &all) : number;
}

static int
spawn(child *self, char *const words[])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int number = posix_spawn_file_actions_init(&files);

    if (number != 0) {
        return number;
    }
    number = posix_spawnattr_init(&attributes);
    if (number == 0) {
        number = prepare_files(&files, self);
        if (number == 0) {
            number = prepare_signals(&attributes);
        }
        if (number == 0) {
            number =
                posix_spawnp(&self->pid, words[0], &files, &attributes, words, environ);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return number;
}

static entitle_status
fail_with_number(
    entitle_error *error, entitle_status status, const char *what, int number)
{
    char reason[128] = "";

    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    return ent_fail(error, status, "%.220s: %s", what, reason);
}

static entitle_status
start(child *self, char *const words[], entitle_error *error)
{
    char what[256];
    int number = spawn(self, words);

    close_end(&self->output.write_end);
    close_end(&self->complaint.write_end);
    if (number == 0) {
        return ENTITLE_OK;
    }
    (void)snprintf(what, sizeof(what), "cannot start %.200s", words[0]);
    return fail_with_number(error, ENTITLE_CONFIGURATION, what, number);
}

static void
take_chunk(stream *self, const char *bytes, size_t length)
{
    size_t room = self->into->limit - self->into->length;

    if (length > room) {
        self->has_more_than_fits = true;
        length = room;
    }
    (void)ent_buffer_append(self->into, bytes, length);
}

/* What is there by now, but no more than a bit: the child may print for ever. */
static void
take(stream *self)
{
    char chunk[4096];

    for (int i = 0; i < CHUNKS_AT_ONCE && self->read_end >= 0; i++) {
        ssize_t got = read(self->read_end, chunk, sizeof(chunk));
        if (got > 0) {
            take_chunk(self, chunk, (size_t)got);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            self->failure = got < 0 ? errno : 0;
            close_end(&self->read_end);
        } else {
            break;
        }
    }
    ent_wipe(chunk, sizeof(chunk));
}

/* Where the program has its children reaped elsewhere, their status is lost. */
static bool
has_ended(child *self)
{
    pid_t found = waitpid(self->pid, &self->wait_status, WNOHANG);

    if (found < 0 && errno == ECHILD) {
        self->wait_status = 0;
        return true;
    }
    return found == self->pid;
}

static void
wait_for_more(const child *self)
{
    struct pollfd streams[] = {
        { .fd = self->output.read_end, .events = POLLIN },
        { .fd = self->complaint.read_end, .events = POLLIN },
    };
    bool is_silent = streams[0].fd < 0 && streams[1].fd < 0;
    int64_t left_ms = ent_deadline_left_ms(self->deadline);
    int slice_ms = is_silent ? LAST_SLICE_MS : SLICE_MS;

    (void)poll(streams, 2, left_ms < slice_ms ? (int)left_ms : slice_ms);
}

/* Until it has ended; any other status leaves it running. */
static entitle_status
attend(child *self, entitle_error *error)
{
    const entitle_runtime *runtime = self->deadline->runtime;

    for (;;) {
        bool is_over = has_ended(self); /* first: what it printed can be read then */
        take(&self->output);
        take(&self->complaint);
        if (self->output.into->failed || self->complaint.into->failed) {
            return ent_fail_memory(error);
        }
        if (self->output.has_more_than_fits) {
            return ent_fail(
                error,
                ENTITLE_CONFIGURATION,
                "it printed more than %zu bytes",
                self->output.into->limit);
        }
        if (self->output.failure != 0) {
            return fail_with_number(
                error,
                ENTITLE_IO_ERROR,
                "its output cannot be read",
                self->output.failure);
        }
        if (is_over) {
            return ENTITLE_OK;
        }
        if (runtime->interrupted(runtime->context)) {
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        }
        if (ent_deadline_left_ms(self->deadline) == 0) {
            return ent_fail(error, ENTITLE_TIMEOUT, "it did not end in time");
        }
        wait_for_more(self);
    }
}

/*
 * It may have no group yet: posix_spawn() may return before the child has begun. And it
 * may run as another user, who does not let it be killed: then nobody waits for it.
 */
static void
stop(const child *self)
{
    (void)kill(-self->pid, SIGKILL);
    int options = kill(self->pid, SIGKILL) == 0 ? 0 : WNOHANG;

    while (waitpid(self->pid, NULL, options) < 0 && errno == EINTR) {
    }
}

static int
exit_status_of(int wait_status)
{
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                  : 128 + WTERMSIG(wait_status);
}

entitle_status
ent_child_process_run(
    char *const words[],
    const ent_deadline *deadline,
    ent_buffer *output,
    ent_buffer *complaint,
    int *exit_status,
    entitle_error *error)
{
    child self = { .deadline = deadline };
    bool has_output = open_stream(&self.output, output);
    bool has_complaint = open_stream(&self.complaint, complaint);
    entitle_status status;

    if (has_output && has_complaint) {
        status = start(&self, words, error);
    } else {
        status = ent_fail(error, ENTITLE_IO_ERROR, "no pipe can be had");
    }
    if (status == ENTITLE_OK) {
        status = attend(&self, error);
        if (status != ENTITLE_OK) {
            stop(&self);
        }
        *exit_status = exit_status_of(self.wait_status);
    }
    close_stream(&self.output);
    close_stream(&self.complaint);
    return status;
}
