/* SPDX-License-Identifier: Apache-2.0 */
/* What the libraries call of the operating system, but for memory. */
#define _GNU_SOURCE

#include "failing_table.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Where the name is a macro, too. */
#undef sigpending

/* clang-format off */
FAILING(access, int, (const char *path, int mode), (path, mode), WITH(EIO, -1))
FAILING(clock_getres, int, (clockid_t clock, struct timespec *out), (clock, out), WITH(EINVAL, -1))
FAILING(clock_gettime, int, (clockid_t clock, struct timespec *out), (clock, out), WITH(EINVAL, -1))
FAILING_AFTERWARDS(close, int, (int descriptor), (descriptor), WITH(EIO, -1))
FAILING_AFTERWARDS(closedir, int, (DIR *stream), (stream), WITH(EIO, -1))
FAILING_AFTERWARDS(fclose, int, (FILE *file), (file), WITH(EIO, EOF))
FAILING(flock, int, (int descriptor, int operation), (descriptor, operation), WITH(ENOLCK, -1))
FAILING(fopen, FILE *, (const char *path, const char *mode), (path, mode), WITH(EMFILE, NULL))
FAILING(fstat, int, (int descriptor, struct stat *out), (descriptor, out), WITH(EIO, -1))
FAILING(fsync, int, (int descriptor), (descriptor), WITH(EIO, -1))
FAILING(ftruncate, int, (int descriptor, off_t length), (descriptor, length), WITH(EIO, -1))
FAILING(gethostname, int, (char *out, size_t size), (out, size), WITH(EFAULT, -1))
FAILING(getrandom, ssize_t, (void *out, size_t length, unsigned flags), (out, length, flags), WITH(ENOSYS, -1))
FAILING(inet_pton, int, (int family, const char *text, void *out), (family, text, out), WITH(EAFNOSUPPORT, -1))
FAILING(kill, int, (pid_t process, int number), (process, number), WITH(EPERM, -1))
FAILING(link, int, (const char *from, const char *to), (from, to), WITH(EIO, -1))
FAILING(nanosleep, int, (const struct timespec *wanted, struct timespec *left), (wanted, left), WITH(EINTR, -1))
FAILING(opendir, DIR *, (const char *path), (path), WITH(EMFILE, NULL))
FAILING(pipe, int, (int ends[2]), (ends), WITH(EMFILE, -1))
FAILING(poll, int, (struct pollfd *these, nfds_t count, int timeout_ms), (these, count, timeout_ms), WITH(ENOMEM, -1))
FAILING(posix_spawn_file_actions_adddup2, int, (posix_spawn_file_actions_t *files, int from, int to), (files, from, to), ENOMEM)
FAILING(posix_spawn_file_actions_addopen, int, (posix_spawn_file_actions_t *files, int as, const char *path, int flags, mode_t mode), (files, as, path, flags, mode), ENOMEM)
FAILING(posix_spawn_file_actions_init, int, (posix_spawn_file_actions_t *files), (files), ENOMEM)
FAILING(posix_spawnattr_init, int, (posix_spawnattr_t *attributes), (attributes), ENOMEM)
FAILING(posix_spawnattr_setflags, int, (posix_spawnattr_t *attributes, short flags), (attributes, flags), EINVAL)
FAILING(posix_spawnattr_setpgroup, int, (posix_spawnattr_t *attributes, pid_t group), (attributes, group), EINVAL)
FAILING(posix_spawnattr_setsigdefault, int, (posix_spawnattr_t *attributes, const sigset_t *set), (attributes, set), EINVAL)
FAILING(posix_spawnattr_setsigmask, int, (posix_spawnattr_t *attributes, const sigset_t *set), (attributes, set), EINVAL)
FAILING(posix_spawnp, int, (pid_t *process, const char *file, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *attributes, char *const words[], char *const variables[]), (process, file, files, attributes, words, variables), EAGAIN)
FAILING(pthread_cond_init, int, (pthread_cond_t *condition, const pthread_condattr_t *attributes), (condition, attributes), ENOMEM)
FAILING(pthread_mutex_init, int, (pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes), (mutex, attributes), ENOMEM)
FAILING(pthread_sigmask, int, (int how, const sigset_t *set, sigset_t *before), (how, set, before), EINVAL)
FAILING(read, ssize_t, (int descriptor, void *out, size_t size), (descriptor, out, size), WITH(EIO, -1))
FAILING(readdir, struct dirent *, (DIR *stream), (stream), WITH(EIO, NULL))
FAILING(realpath, char *, (const char *path, char *out), (path, out), WITH(EIO, NULL))
FAILING(rename, int, (const char *from, const char *to), (from, to), WITH(EIO, -1))
FAILING(sigpending, int, (sigset_t *out), (out), WITH(EFAULT, -1))
FAILING(sigtimedwait, int, (const sigset_t *set, siginfo_t *out, const struct timespec *timeout), (set, out, timeout), WITH(EAGAIN, -1))
FAILING(stat, int, (const char *path, struct stat *out), (path, out), WITH(EIO, -1))
FAILING(unlink, int, (const char *path), (path), WITH(EIO, -1))
FAILING(write, ssize_t, (int descriptor, const void *bytes, size_t size), (descriptor, bytes, size), WITH(ENOSPC, -1))
FAILING_SPECIALLY(fcntl)
FAILING_SPECIALLY(open)
FAILING_SPECIALLY(waitpid)
/* clang-format on */

bool failing_children_need_an_end;

int
failing_fcntl(int descriptor, int operation, ...)
{
    va_list arguments;

    va_start(arguments, operation);
    int argument = va_arg(arguments, int);
    va_end(arguments);
    return failing_call(FAILING_OWN, "fcntl") ? WITH(EINVAL, -1)
                                              : fcntl(descriptor, operation, argument);
}

int
failing_open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return failing_call(FAILING_OWN, "open") ? WITH(EMFILE, -1)
                                             : open(path, flags, mode);
}

/* As where the program has its children reaped elsewhere, once they have ended. */
pid_t
failing_waitpid(pid_t process, int *status, int options)
{
    if (!failing_call(FAILING_OWN, "waitpid")) {
        return waitpid(process, status, options);
    }
    if (failing_children_need_an_end) {
        (void)kill(process, SIGKILL);
    }
    (void)waitpid(process, NULL, 0);
    return WITH(ECHILD, -1);
}
