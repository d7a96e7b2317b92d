/* SPDX-License-Identifier: Apache-2.0 */
/* For flock(), which an inherited or duplicated descriptor shares, and closing does
 * not. */
#define _DEFAULT_SOURCE

#include "meter/sender_lock.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PATH_SIZE = 4200, POLL_MS = 50 };

static entitle_status
fail(const char *path, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "the file '%.200s' cannot be locked: %s",
        path,
        strerror(errno));
    ent_hint(
        error,
        "let this user write in the folder of the ledger, and to that file if it is "
        "another user's");
    return ENTITLE_IO_ERROR;
}

static entitle_status
wait_for_turn(
    const entitle_runtime *runtime,
    int descriptor,
    const char *path,
    entitle_error *error)
{
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail(path, error);
        }
        if (runtime->interrupted(runtime->context)) {
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        }
        runtime->sleep_ms(runtime->context, POLL_MS);
    }
    return ENTITLE_OK;
}

entitle_status
ent_sender_lock_take(
    const entitle_runtime *runtime,
    const char *ledger_path,
    ent_sender_lock *out,
    entitle_error *error)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s.sender", ledger_path);
    out->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out->descriptor < 0) {
        return fail(path, error);
    }
    entitle_status status = wait_for_turn(runtime, out->descriptor, path, error);
    if (status != ENTITLE_OK) {
        ent_sender_lock_release(out);
    }
    return status;
}

void
ent_sender_lock_release(ent_sender_lock *lock)
{
    if (lock->descriptor >= 0) {
        close(lock->descriptor);
    }
    lock->descriptor = -1;
}
