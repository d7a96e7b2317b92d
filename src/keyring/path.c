/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <entitle/keyring.h>

#include <sys/stat.h>

entitle_status
entitle_keyring_add_path(
    entitle_keyring *keyring, uint32_t version, const char *path, entitle_error *error)
{
    struct stat about;

    if (keyring == NULL || path == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "no keyring or no path was given");
    }
    /* What cannot be looked at is left to the folder reader, which says why. */
    if (stat(path, &about) != 0 || S_ISDIR(about.st_mode)) {
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
