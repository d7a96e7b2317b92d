/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_directory.h"

#include "base/error.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_utf8(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t sequence =
            ent_utf8_sequence_length((const unsigned char *)text + i, length - i);
        if (sequence == 0) {
            return false;
        }
        i += sequence;
    }
    return true;
}

static entitle_status
make_temporary(state_directory *state, entitle_error *error)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] != '/') {
        parent = "/tmp";
    }
    int length =
        snprintf(state->path, sizeof(state->path), "%s/entitle-sandbox-XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof(state->path) ||
        mkdtemp(state->path) == NULL) {
        return ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot create a temporary folder in '%s': %s",
            parent,
            strerror(errno));
    }
    state->is_temporary = true;
    return ENTITLE_OK;
}

static entitle_status
make_given(state_directory *state, const char *path, entitle_error *error)
{
    if (mkdir(path, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) != 0 &&
        errno != EEXIST) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(errno));
    }
    char *absolute = realpath(path, NULL);
    if (absolute == NULL || strlen(absolute) >= sizeof(state->path)) {
        free(absolute);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot use the folder '%s'", path);
    }
    memcpy(state->path, absolute, strlen(absolute) + 1);
    free(absolute);
    return ENTITLE_OK;
}

entitle_status
state_directory_open(state_directory *state, const char *path, entitle_error *error)
{
    *state = (state_directory){ .is_temporary = false };
    entitle_status status =
        path == NULL ? make_temporary(state, error) : make_given(state, path, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    if (!is_utf8(state->path)) {
        state_directory_close(state);
        return ent_fail(error, ENTITLE_IO_ERROR, "the path of the state is not UTF-8");
    }
    return ENTITLE_OK;
}

/* Files only: there is nothing deeper. */
static void
remove_folder(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return;
    }
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        (void)unlinkat(dirfd(directory), entry->d_name, 0);
    }
    closedir(directory);
    (void)rmdir(path);
}

void
state_directory_close(state_directory *state)
{
    if (!state->is_temporary) {
        return;
    }
    static const char *const folders[] = { "private", "keys" };
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char path[STATE_PATH_SIZE + 16];
        (void)snprintf(path, sizeof(path), "%s/%s", state->path, folders[i]);
        remove_folder(path);
    }
    (void)rmdir(state->path);
}
