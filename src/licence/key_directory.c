/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "keyring/encoding.h"
#include "licence/keys.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".pem";

enum { NAME_SIZE = 256 };

/* Sorted, so that the same folder always fails the same way. */
typedef struct name_list {
    size_t count;
    char names[ENT_LICENCE_KEY_CAPACITY][NAME_SIZE];
} name_list;

static entitle_status
refuse(entitle_error *error, const char *directory, const char *what)
{
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "folder %.250s %s", directory, what);
    ent_hint(
        error,
        "give the folder that holds the seller's public keys for licences as <id>.pem "
        "(--licence-keys or ENTITLE_LICENCE_KEYS)");
    return ENTITLE_KEYS_UNUSABLE;
}

static entitle_status
refuse_with_errno(entitle_error *error, const char *directory, int number)
{
    char reason[128] = "";
    char what[192];

    if (number == ENOMEM) {
        return ent_fail_memory(error);
    }
    if (strerror_r(number, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    (void)snprintf(what, sizeof(what), "cannot be read: %s", reason);
    return refuse(error, directory, what);
}

static entitle_status
note_name(
    name_list *list, const char *directory, const char *name, entitle_error *error)
{
    if (name[0] == '.' || !ent_text_ends_with(name, suffix)) {
        return ENTITLE_OK;
    }
    if (list->count == ENT_LICENCE_KEY_CAPACITY) {
        return refuse(error, directory, "holds more than 64 keys for licences");
    }
    (void)snprintf(list->names[list->count], NAME_SIZE, "%s", name);
    list->count++;
    return ENTITLE_OK;
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(left, right);
}

static entitle_status
list_names(const char *directory, name_list *list, entitle_error *error)
{
    DIR *stream = opendir(directory);
    const struct dirent *entry = NULL;
    entitle_status status = ENTITLE_OK;

    if (stream == NULL) {
        return refuse_with_errno(error, directory, errno);
    }
    do {
        errno = 0;
        entry = readdir(stream);
        if (entry != NULL) {
            status = note_name(list, directory, entry->d_name, error);
        } else if (errno != 0) {
            status = refuse_with_errno(error, directory, errno);
        }
    } while (entry != NULL && status == ENTITLE_OK);
    closedir(stream);

    if (status == ENTITLE_OK && list->count == 0) {
        status = refuse(error, directory, "holds no <id>.pem");
    }
    qsort(list->names, list->count, NAME_SIZE, compare_names);
    return status;
}

/* Whatever is wrong with one of the files, the keys cannot be used. */
static entitle_status
fail_for_keys(const entitle_error *cause, entitle_error *error)
{
    if (cause->status != ENTITLE_IO_ERROR) {
        ent_fail(error, cause->status, "%s", cause->message);
        ent_hint(error, "%s", cause->hint);
        return cause->status;
    }
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "%s", cause->message);
    ent_hint(error, "check the path of the licence keys and who may read them");
    return ENTITLE_KEYS_UNUSABLE;
}

static entitle_status
add_file(
    entitle_licence_keys *keys,
    const char *directory,
    const char *name,
    entitle_error *error)
{
    char id[NAME_SIZE] = "";
    entitle_error cause = { .status = ENTITLE_OK };
    ent_buffer path;
    ent_buffer text;
    entitle_status status = ENTITLE_OUT_OF_MEMORY;

    (void)snprintf(id, sizeof(id), "%.*s", (int)(strlen(name) - strlen(suffix)), name);
    ent_buffer_init(
        &path, &keys->runtime, strlen(directory) + strlen(name) + sizeof("/"));
    ent_buffer_init(&text, &keys->runtime, ENT_KEY_TEXT_MAX);
    if (ent_buffer_append_format(&path, "%s/%s", directory, name)) {
        status = ent_file_read(ent_buffer_text(&path), &text, &cause);
    } else {
        ent_fail_memory(&cause);
    }
    if (status == ENTITLE_OK) {
        status = entitle_licence_keys_add(
            keys, id, ent_buffer_text(&text), text.length, &cause);
    }
    ent_buffer_clear(&text);
    ent_buffer_clear(&path);
    return status == ENTITLE_OK ? ENTITLE_OK : fail_for_keys(&cause, error);
}

entitle_status
entitle_licence_keys_add_directory(
    entitle_licence_keys *keys, const char *directory, entitle_error *error)
{
    name_list list = { .count = 0 };

    if (keys == NULL || directory == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no keys or no folder");
    }
    entitle_status status = list_names(directory, &list, error);
    for (size_t i = 0; i < list.count && status == ENTITLE_OK; i++) {
        status = add_file(keys, directory, list.names[i], error);
    }
    return status;
}
