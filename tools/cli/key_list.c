/* SPDX-License-Identifier: Apache-2.0 */
#include "key_list.h"

#include "key_source.h"

#include <entitle/keyring.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A new entry at the end, not usable; NULL for want of memory. Takes over `path`. */
static key_entry *
append(key_list *list, char *path)
{
    key_entry *entries = NULL;

    if (path == NULL) {
        return NULL;
    }
    entries = realloc(list->entries, (list->count + 1) * sizeof(*entries));
    if (entries == NULL) {
        free(path);
        return NULL;
    }
    list->entries = entries;
    entries += list->count++;
    memset(entries, 0, sizeof(*entries));
    entries->path = path;
    return entries;
}

static void
describe(key_entry *entry, const entitle_key *key)
{
    entry->is_usable = true;
    entry->is_sandbox = entitle_key_is_sandbox(key);
    entry->bits = entitle_key_bits(key);
    entry->encoding = entitle_key_encoding(key);
    (void)snprintf(entry->sha256, sizeof(entry->sha256), "%s", entitle_key_sha256(key));
}

/* Each key in a ring of its own, so that no other key decides about it. */
static void
judge(key_entry *entry)
{
    uint32_t version = entry->version != 0 ? entry->version : 1;
    entitle_keyring *keyring = NULL;
    entitle_error error = { 0 };
    entitle_status status = entitle_keyring_new(NULL, &keyring, &error);

    if (status == ENTITLE_OK) {
        status = entitle_keyring_add_file(keyring, version, entry->path, &error);
    }
    if (status == ENTITLE_OK) {
        describe(entry, entitle_keyring_at(keyring, 0));
    } else {
        memcpy(entry->error, error.message, sizeof(entry->error));
        memcpy(entry->hint, error.hint, sizeof(entry->hint));
    }
    entitle_keyring_free(keyring);
}

static bool
add_file(key_list *list, char *path)
{
    key_entry *entry = append(list, path);

    if (entry == NULL) {
        return false;
    }
    entry->version = entitle_key_version_of_path(path);
    judge(entry);
    return true;
}

static bool
add_refusal(key_list *list, const char *path, const char *reason)
{
    key_entry *entry = append(list, strdup(path));

    if (entry == NULL) {
        return false;
    }
    (void)snprintf(entry->error, sizeof(entry->error), "%.256s %s", path, reason);
    return true;
}

static char *
join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    size_t size = length + strlen(name) + 2;
    char *path = malloc(size);

    while (length > 1 && folder[length - 1] == '/') {
        length--;
    }
    if (path != NULL) {
        (void)snprintf(path, size, "%.*s/%s", (int)length, folder, name);
    }
    return path;
}

/* [1-9][0-9]*.pem, whatever the number: what the gate takes for a key. */
static bool
is_key_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && name[0] != '0' && strcmp(name + digits, ".pem") == 0;
}

static bool
add_name(key_list *list, const char *folder, const char *name)
{
    char *path = join(folder, name);
    bool is_added = false;

    if (entitle_key_version_of_path(name) != 0) {
        return add_file(list, path);
    }
    is_added = path != NULL && add_refusal(list, path, "has a version over 2147483647");
    free(path);
    return is_added;
}

/* Highest first, as the gate asks for them. */
static int
by_version(const void *left, const void *right)
{
    uint32_t a = ((const key_entry *)left)->version;
    uint32_t b = ((const key_entry *)right)->version;

    return (a < b) - (a > b);
}

static bool
add_names(key_list *list, const char *folder, DIR *directory)
{
    size_t first = list->count;
    const struct dirent *name = NULL;

    while ((name = readdir(directory)) != NULL) {
        if (is_key_name(name->d_name) && !add_name(list, folder, name->d_name)) {
            return false;
        }
    }
    if (list->count == first) {
        return add_refusal(list, folder, "holds no <version>.pem");
    }
    qsort(list->entries + first, list->count - first, sizeof(key_entry), by_version);
    return true;
}

bool
key_list_add(key_list *list, const char *path)
{
    DIR *directory = NULL;
    bool is_added = false;

    if (!is_directory(path)) {
        return add_file(list, strdup(path));
    }
    directory = opendir(path);
    if (directory == NULL) {
        return add_refusal(list, path, strerror(errno));
    }
    is_added = add_names(list, path, directory);
    (void)closedir(directory);
    return is_added;
}

bool
key_list_is_usable(const key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->entries[i].is_usable) {
            return false;
        }
    }
    return list->count > 0;
}

void
key_list_free(key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].path);
    }
    free(list->entries);
    *list = (key_list){ 0 };
}
