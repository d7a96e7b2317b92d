/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/signing_keys.h"

#include "base/error.h"
#include "base/text.h"
#include "signing/key_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* RegisterUsage takes key versions that fit a signed 32-bit integer. */
static const uint32_t version_maximum = INT32_MAX;

static entitle_status
format_path(
    char out[SIGNING_PATH_SIZE],
    const char *directory,
    const char *name,
    entitle_error *error)
{
    int length = snprintf(out, SIGNING_PATH_SIZE, "%s/%s", directory, name);
    if (length < 0 || length >= SIGNING_PATH_SIZE) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "the path '%s' is too long", directory);
    }
    return ENTITLE_OK;
}

static entitle_status
format_key_path(
    char out[SIGNING_PATH_SIZE],
    const char *directory,
    uint32_t version,
    entitle_error *error)
{
    char name[24];
    (void)snprintf(name, sizeof(name), "%" PRIu32 ".pem", version);
    return format_path(out, directory, name, error);
}

static entitle_status
make_directory(const char *path, mode_t mode, entitle_error *error)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST) {
        return ENTITLE_OK;
    }
    return ent_fail(
        error, ENTITLE_IO_ERROR, "cannot create '%s': %s", path, strerror(errno));
}

/* The version in "<version>.pem", or 0. */
static uint32_t
version_of(const char *name)
{
    size_t length = strcspn(name, ".");
    uint64_t version = 0;
    if (strcmp(name + length, ".pem") != 0 ||
        !ent_text_to_unsigned(name, length, version_maximum, &version)) {
        return 0;
    }
    return (uint32_t)version;
}

static void
insert(signing_keys *keys, uint32_t version, EVP_PKEY *key)
{
    size_t place = keys->count;
    while (place > 0 && keys->keys[place - 1].version > version) {
        keys->keys[place] = keys->keys[place - 1];
        place--;
    }
    keys->keys[place] = (signing_key){ .version = version, .key = key };
    keys->count++;
}

static entitle_status
load(signing_keys *keys, uint32_t version, entitle_error *error)
{
    if (keys->count == SIGNING_KEY_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_KEYS_UNUSABLE,
            "'%s' holds more than %d keys",
            keys->private_directory,
            SIGNING_KEY_LIMIT);
    }
    char path[SIGNING_PATH_SIZE];
    EVP_PKEY *key = NULL;
    entitle_status status =
        format_key_path(path, keys->private_directory, version, error);
    if (status == ENTITLE_OK) {
        status = key_file_read(path, &key, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    insert(keys, version, key);
    return ENTITLE_OK;
}

static entitle_status
load_all(signing_keys *keys, entitle_error *error)
{
    DIR *directory = opendir(keys->private_directory);
    if (directory == NULL) {
        return ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot read '%s': %s",
            keys->private_directory,
            strerror(errno));
    }
    entitle_status status = ENTITLE_OK;
    const struct dirent *entry = NULL;
    while (status == ENTITLE_OK && (entry = readdir(directory)) != NULL) {
        uint32_t version = version_of(entry->d_name);
        if (version != 0) {
            status = load(keys, version, error);
        }
    }
    closedir(directory);
    return status;
}

static int64_t
written_at_s(const signing_keys *keys, uint32_t version)
{
    char path[SIGNING_PATH_SIZE];
    struct stat file;
    if (format_key_path(path, keys->private_directory, version, NULL) != ENTITLE_OK ||
        stat(path, &file) != 0) {
        return 1;
    }
    return (int64_t)file.st_mtime;
}

/*
 * The service's time may be another than the machine's: the next start reads it here.
 */
static void
set_written_at_s(const signing_keys *keys, uint32_t version, int64_t at_s)
{
    char path[SIGNING_PATH_SIZE];
    const struct timespec at = { .tv_sec = (time_t)at_s };
    const struct timespec times[] = { at, at };
    if (format_key_path(path, keys->private_directory, version, NULL) == ENTITLE_OK) {
        (void)utimensat(AT_FDCWD, path, times, 0);
    }
}

static entitle_status
publish(const signing_keys *keys, const signing_key *key, entitle_error *error)
{
    char path[SIGNING_PATH_SIZE];
    entitle_status status =
        format_key_path(path, keys->public_directory, key->version, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return key_file_write_public(path, key->key, error);
}

static entitle_status
publish_all(signing_keys *keys, entitle_error *error)
{
    for (size_t i = 0; i < keys->count; i++) {
        entitle_status status = publish(keys, &keys->keys[i], error);
        if (status != ENTITLE_OK) {
            return status;
        }
        if (i + 1 < keys->count) {
            keys->keys[i].rotated_at_s = written_at_s(keys, keys->keys[i + 1].version);
        }
    }
    return ENTITLE_OK;
}

static void
remove_file(const char *directory, uint32_t version)
{
    char path[SIGNING_PATH_SIZE];
    if (format_key_path(path, directory, version, NULL) == ENTITLE_OK) {
        (void)unlink(path);
    }
}

/* Takes over `key`, also when it fails. */
static entitle_status
add(signing_keys *keys, uint32_t version, EVP_PKEY *key, entitle_error *error)
{
    const signing_key fresh = { .version = version, .key = key };
    char path[SIGNING_PATH_SIZE];
    entitle_status status =
        format_key_path(path, keys->private_directory, version, error);
    if (status == ENTITLE_OK) {
        status = key_file_write_private(path, key, error);
    }
    if (status == ENTITLE_OK) {
        status = publish(keys, &fresh, error);
        if (status != ENTITLE_OK) {
            remove_file(keys->private_directory, version);
        }
    }
    if (status != ENTITLE_OK) {
        EVP_PKEY_free(key);
        return status;
    }
    insert(keys, version, key);
    return ENTITLE_OK;
}

static entitle_status
add_next(signing_keys *keys, entitle_error *error)
{
    EVP_PKEY *key = key_generate();
    if (key == NULL) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot generate a key pair");
    }
    uint32_t highest = keys->count == 0 ? 0 : keys->keys[keys->count - 1].version;
    if (highest == version_maximum) {
        EVP_PKEY_free(key);
        return ent_fail(
            error, ENTITLE_KEYS_UNUSABLE, "there is no room for another key");
    }
    return add(keys, highest + 1, key, error);
}

static entitle_status
load_and_add(signing_keys *keys, uint32_t wanted, entitle_error *error)
{
    entitle_status status = load_all(keys, error);
    while (status == ENTITLE_OK && keys->count < wanted) {
        status = add_next(keys, error);
    }
    return status == ENTITLE_OK ? publish_all(keys, error) : status;
}

/* DIR/private and DIR/keys, or the folders of that name in them. */
static entitle_status
format_directories(
    signing_keys *keys, const char *state, const char *name, entitle_error *error)
{
    char parent[SIGNING_PATH_SIZE];
    entitle_status status =
        format_path(keys->private_directory, state, "private", error);
    if (status == ENTITLE_OK) {
        status = format_path(keys->public_directory, state, "keys", error);
    }
    if (name == NULL || status != ENTITLE_OK) {
        return status;
    }
    memcpy(parent, keys->private_directory, sizeof(parent));
    status = format_path(keys->private_directory, parent, name, error);
    if (status == ENTITLE_OK) {
        memcpy(parent, keys->public_directory, sizeof(parent));
        status = format_path(keys->public_directory, parent, name, error);
    }
    return status;
}

entitle_status
signing_keys_open(
    signing_keys *keys,
    const char *state,
    const char *name,
    uint32_t wanted,
    entitle_error *error)
{
    *keys = (signing_keys){ .count = 0 };
    entitle_status status = format_directories(keys, state, name, error);
    if (status == ENTITLE_OK) {
        status = make_directory(keys->private_directory, S_IRWXU, error);
    }
    if (status == ENTITLE_OK) {
        status = make_directory(
            keys->public_directory,
            S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH,
            error);
    }
    if (status == ENTITLE_OK) {
        status = load_and_add(keys, wanted, error);
    }
    if (status != ENTITLE_OK) {
        signing_keys_close(keys);
        return status;
    }
    keys->count_at_start = keys->count;
    return ENTITLE_OK;
}

void
signing_keys_close(signing_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        EVP_PKEY_free(keys->keys[i].key);
    }
    keys->count = 0;
}

const signing_key *
signing_keys_find(const signing_keys *keys, uint32_t version)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->keys[i].version == version) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

entitle_status
signing_keys_rotate(
    signing_keys *keys, EVP_PKEY *key, int64_t now_s, entitle_error *error)
{
    uint32_t highest = keys->keys[keys->count - 1].version;
    if (keys->count == SIGNING_KEY_LIMIT || highest == version_maximum) {
        EVP_PKEY_free(key);
        return ent_fail(
            error, ENTITLE_INVALID_INPUT, "there is no room for another key");
    }
    entitle_status status = add(keys, highest + 1, key, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    set_written_at_s(keys, highest + 1, now_s);
    keys->keys[keys->count - 2].rotated_at_s = now_s;
    return ENTITLE_OK;
}

void
signing_keys_reset(signing_keys *keys)
{
    while (keys->count > keys->count_at_start) {
        signing_key *last = &keys->keys[--keys->count];
        remove_file(keys->private_directory, last->version);
        remove_file(keys->public_directory, last->version);
        EVP_PKEY_free(last->key);
    }
    keys->keys[keys->count - 1].rotated_at_s = 0;
}
