/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KEY_LIST_H
#define CLI_KEY_LIST_H

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A public key in a file, or why it is none. */
typedef struct key_entry {
    char *path;
    bool is_usable;
    bool is_sandbox;
    uint32_t version; /* as the file's name says it; 0: it does not */
    uint32_t bits;
    char sha256[65];
    const char *encoding; /* static storage */
    char error[512];      /* one sentence, when it is not usable */
    char hint[512];
} key_entry;

typedef struct key_list {
    key_entry *entries;
    size_t count;
} key_list;

/*
 * Judges a key file, or each `<version>.pem` of a folder for itself, and adds what it
 * finds; a folder without a key, or one that cannot be read, is an entry that is not
 * usable. False for want of memory.
 */
bool key_list_add(key_list *list, const char *path);

bool key_list_is_usable(const key_list *list);

void key_list_free(key_list *list);

#endif
