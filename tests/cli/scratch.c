/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
need(int is_true, const char *what)
{
    if (!is_true) {
        perror(what);
        abort();
    }
}

void
scratch_make(scratch *folder)
{
    const char *parent = getenv("TMPDIR");
    int length = snprintf(
        folder->path,
        sizeof(folder->path),
        "%s/entitle-test-XXXXXX",
        parent != NULL ? parent : "/tmp");

    need(length > 0 && (size_t)length < sizeof(folder->path), "TMPDIR");
    need(mkdtemp(folder->path) != NULL, "mkdtemp");
}

void
scratch_remove(const scratch *folder)
{
    DIR *directory = opendir(folder->path);
    const struct dirent *entry = NULL;

    need(directory != NULL, folder->path);
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(directory), entry->d_name, 0);
        }
    }
    (void)closedir(directory);
    (void)rmdir(folder->path);
}

void
scratch_write(
    const scratch *folder,
    const char *name,
    const void *bytes,
    size_t length,
    mode_t mode,
    char out_path[SCRATCH_PATH_SIZE])
{
    int file = -1;

    (void)snprintf(out_path, SCRATCH_PATH_SIZE, "%s/%s", folder->path, name);
    file = open(out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    need(file >= 0, out_path);
    need(write(file, bytes, length) == (ssize_t)length, out_path);
    need(fchmod(file, mode) == 0, out_path);
    need(close(file) == 0, out_path);
}

void
scratch_write_text(
    const scratch *folder,
    const char *name,
    const char *text,
    mode_t mode,
    char out_path[SCRATCH_PATH_SIZE])
{
    scratch_write(folder, name, text, strlen(text), mode, out_path);
}
