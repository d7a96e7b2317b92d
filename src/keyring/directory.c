/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "keyring/encoding.h"
#include "keyring/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".pem";

/*
 * The versions of a folder, sorted so that the same folder always fails the same way.
 */
typedef struct version_list {
    size_t count;
    uint32_t versions[ENT_KEYRING_CAPACITY];
} version_list;

/* [1-9][0-9]*.pem, whatever the number. */
static bool
is_key_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && name[0] != '0' && strcmp(name + digits, suffix) == 0;
}

static uint32_t
version_of_name(const char *name)
{
    uint64_t version = 0;

    if (!is_key_name(name) ||
        !ent_text_to_unsigned(
            name, strlen(name) - strlen(suffix), ENT_KEY_VERSION_MAX, &version)) {
        return 0;
    }
    return (uint32_t)version;
}

uint32_t
entitle_key_version_of_path(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    return path == NULL ? 0 : version_of_name(slash == NULL ? path : slash + 1);
}

/* Says which file; whatever is wrong with one, the keys cannot be used. */
static entitle_status
fail_naming(const char *path, const entitle_error *cause, entitle_error *error)
{
    if (cause->status == ENTITLE_OUT_OF_MEMORY ||
        cause->status == ENTITLE_INVALID_ARGUMENT) {
        return ent_fail(error, cause->status, "%s", cause->message);
    }
    if (cause->status == ENTITLE_IO_ERROR) {
        ent_fail(error, ENTITLE_KEYS_UNUSABLE, "%s", cause->message);
        ent_hint(error, "check the path of the keys and who may read them");
        return ENTITLE_KEYS_UNUSABLE;
    }
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "%.250s: %s", path, cause->message);
    ent_hint(error, "%s", cause->hint);
    return ENTITLE_KEYS_UNUSABLE;
}

entitle_status
entitle_keyring_add_file(
    entitle_keyring *keyring, uint32_t version, const char *path, entitle_error *error)
{
    ent_buffer text;
    entitle_error cause;

    if (keyring == NULL || path == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keyring or no path");
    }
    ent_buffer_init(&text, ent_keyring_runtime(keyring), ENT_KEY_TEXT_MAX);
    entitle_status status = ent_file_read(path, &text, &cause);
    if (status == ENTITLE_OK) {
        status = entitle_keyring_add(
            keyring, version, ent_buffer_text(&text), text.length, &cause);
    }
    ent_buffer_clear(&text);
    return status == ENTITLE_OK ? ENTITLE_OK : fail_naming(path, &cause, error);
}

static int
compare_versions(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static entitle_status
note_name(
    version_list *list, const char *directory, const char *name, entitle_error *error)
{
    uint32_t version = version_of_name(name);

    if (!is_key_name(name)) {
        return ENTITLE_OK;
    }
    if (version == 0) {
        ent_fail(
            error,
            ENTITLE_KEYS_UNUSABLE,
            "%.250s/%.100s: no key version is over %d",
            directory,
            name,
            (int)ENT_KEY_VERSION_MAX);
        ent_hint(error, "name the file after the version that AWS gave the key");
        return ENTITLE_KEYS_UNUSABLE;
    }
    if (list->count == ENT_KEYRING_CAPACITY) {
        ent_fail(
            error,
            ENTITLE_KEYS_UNUSABLE,
            "%.250s holds more than %d keys",
            directory,
            (int)ENT_KEYRING_CAPACITY);
        ent_hint(error, "remove the keys of versions that AWS no longer uses");
        return ENTITLE_KEYS_UNUSABLE;
    }
    list->versions[list->count++] = version;
    return ENTITLE_OK;
}

static entitle_status
fail_with_errno(const char *directory, int number, entitle_error *error)
{
    char reason[128] = "";

    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    ent_fail(
        error,
        ENTITLE_KEYS_UNUSABLE,
        "cannot read folder %.250s: %s",
        directory,
        reason);
    ent_hint(error, "check the path of the keys and who may read them");
    return ENTITLE_KEYS_UNUSABLE;
}

static entitle_status
list_versions(const char *directory, version_list *list, entitle_error *error)
{
    DIR *stream = opendir(directory);
    entitle_status status = ENTITLE_OK;
    const struct dirent *entry = NULL;

    if (stream == NULL) {
        return errno == ENOMEM ? ent_fail_memory(error)
                               : fail_with_errno(directory, errno, error);
    }
    do {
        errno = 0;
        entry = readdir(stream);
        if (entry != NULL) {
            status = note_name(list, directory, entry->d_name, error);
        } else if (errno != 0) {
            status = fail_with_errno(directory, errno, error);
        }
    } while (entry != NULL && status == ENTITLE_OK);
    closedir(stream);

    if (status == ENTITLE_OK && list->count == 0) {
        ent_fail(
            error, ENTITLE_KEYS_UNUSABLE, "%.250s holds no <version>.pem", directory);
        ent_hint(error, "name the key file after its version, such as 1.pem");
        status = ENTITLE_KEYS_UNUSABLE;
    }
    qsort(list->versions, list->count, sizeof(*list->versions), compare_versions);
    return status;
}

static entitle_status
add_versions(
    entitle_keyring *keyring,
    const char *directory,
    const version_list *list,
    entitle_error *error)
{
    ent_buffer path;
    entitle_status status = ENTITLE_OK;
    size_t limit = strlen(directory) + sizeof("/4294967295.pem");

    ent_buffer_init(&path, ent_keyring_runtime(keyring), limit);
    for (size_t i = 0; i < list->count && status == ENTITLE_OK; i++) {
        path.length = 0;
        if (ent_buffer_append_format(
                &path, "%s/%u%s", directory, list->versions[i], suffix)) {
            status = entitle_keyring_add_file(
                keyring, list->versions[i], ent_buffer_text(&path), error);
        } else {
            status = ent_fail_memory(error);
        }
    }
    ent_buffer_clear(&path);
    return status;
}

entitle_status
entitle_keyring_add_directory(
    entitle_keyring *keyring, const char *directory, entitle_error *error)
{
    version_list list = { .count = 0 };
    entitle_keyring *loaded = NULL;

    if (keyring == NULL || directory == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keyring or no folder");
    }
    entitle_status status = list_versions(directory, &list, error);
    if (status == ENTITLE_OK) {
        status = entitle_keyring_new(ent_keyring_runtime(keyring), &loaded, error);
    }
    if (status == ENTITLE_OK) {
        status = add_versions(loaded, directory, &list, error);
    }
    if (status == ENTITLE_OK) {
        status = ent_keyring_absorb(keyring, loaded, error);
    }
    entitle_keyring_free(loaded);
    return status;
}
