/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_directory.h"

#include "base/error.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 8 };

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

/* A file of its own: the locks of state.db let others read while the sandbox runs. */
static entitle_status
take_lock(state_directory *state, entitle_error *error)
{
    char path[STATE_PATH_SIZE + 8];
    (void)snprintf(path, sizeof(path), "%s/lock", state->path);
    state->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (state->lock < 0) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "cannot open '%s': %s", path, strerror(errno));
    }
    if (flock(state->lock, LOCK_EX | LOCK_NB) == 0) {
        return ENTITLE_OK;
    }
    entitle_status status = ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "another sandbox is using the folder '%s'",
        state->path);
    ent_hint(error, "stop it, or use another --state");
    return status;
}

entitle_status
state_directory_open(state_directory *state, const char *path, entitle_error *error)
{
    *state = (state_directory){ .is_temporary = false, .lock = -1 };
    entitle_status status =
        path == NULL ? make_temporary(state, error) : make_given(state, path, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    if (!is_utf8(state->path)) {
        state_directory_close(state);
        return ent_fail(error, ENTITLE_IO_ERROR, "the path of the state is not UTF-8");
    }
    status = take_lock(state, error);
    if (status != ENTITLE_OK) {
        state_directory_close(state);
    }
    return status;
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    (void)remove(path);
    return 0;
}

void
state_directory_close(state_directory *state)
{
    if (state->lock >= 0) {
        (void)close(state->lock);
    }
    if (state->is_temporary) {
        (void)nftw(state->path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    }
}
