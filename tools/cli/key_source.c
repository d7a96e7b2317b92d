/* SPDX-License-Identifier: Apache-2.0 */
#include "key_source.h"

#include <stddef.h>
#include <sys/stat.h>

bool
is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

entitle_status
key_source_load(
    const char *path, uint32_t version, entitle_keyring **out, entitle_error *error)
{
    entitle_status status = entitle_keyring_new(NULL, out, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (version != 0 && !is_directory(path)) {
        status = entitle_keyring_add_file(*out, version, path, error);
    } else {
        status = entitle_keyring_add_directory(*out, path, error);
    }
    if (status != ENTITLE_OK) {
        entitle_keyring_free(*out);
        *out = NULL;
    }
    return status;
}
