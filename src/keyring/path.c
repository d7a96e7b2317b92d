/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <entitle/keyring.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static entitle_status
fail_with_errno(const char *path, int number, entitle_error *error)
{
    char reason[128] = "";

    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "cannot read %.250s: %s", path, reason);
    ent_hint(error, "check the path of the keys and who may read them");
    return ENTITLE_KEYS_UNUSABLE;
}

entitle_status
entitle_keyring_add_path(
    entitle_keyring *keyring, uint32_t version, const char *path, entitle_error *error)
{
    struct stat about;

    if (keyring == NULL || path == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "no keyring or no path was given");
    }
    if (stat(path, &about) != 0) {
        return fail_with_errno(path, errno, error);
    }
    if (S_ISDIR(about.st_mode)) {
        return entitle_keyring_add_directory(keyring, path, error);
    }
    if (version == 0) {
        ent_fail(
            error,
            ENTITLE_KEYS_UNUSABLE,
            "%s is a single key, and its version was not given",
            path);
        ent_hint(error, "give the key version, or the folder with its <version>.pem");
        return ENTITLE_KEYS_UNUSABLE;
    }
    return entitle_keyring_add_file(keyring, version, path, error);
}
