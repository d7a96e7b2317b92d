/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/import_spool.h"

#include "console/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, PIECE_SIZE = 64 * 1024 };

/* -1: there is no place for one. */
static int
make_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_SIZE];
    int length = snprintf(
        path,
        sizeof(path),
        "%s/entitle-import-XXXXXX",
        folder != NULL && folder[0] == '/' ? folder : "/tmp");

    if (length < 0 || length >= PATH_SIZE) {
        return -1;
    }
    int file = mkstemp(path);
    if (file >= 0) {
        (void)unlink(path);
        (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    return file;
}

static bool
write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(file, bytes, length);
        if (count < 0 && (errno != EINTR || interrupt_signal() != 0)) {
            return false;
        }
        bytes += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool
copy(int from, int to)
{
    char piece[PIECE_SIZE];

    while (interrupt_signal() == 0) {
        ssize_t count = read(from, piece, sizeof(piece));
        if (count == 0) {
            return lseek(to, 0, SEEK_SET) == 0;
        }
        if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count > 0 && !write_all(to, piece, (size_t)count)) {
            return false;
        }
    }
    return false;
}

bool
import_spool(int *descriptor)
{
    int file = make_file();

    if (file < 0) {
        return true;
    }
    if (!copy(*descriptor, file)) {
        int cause = errno;
        (void)close(file);
        errno = cause;
        return false;
    }
    if (*descriptor > STDIN_FILENO) {
        (void)close(*descriptor);
    }
    *descriptor = file;
    return true;
}
