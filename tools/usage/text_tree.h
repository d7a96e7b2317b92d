/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_TEXT_TREE_H
#define USAGE_TEXT_TREE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Values found by keys of any bytes. A balanced tree and no hash table: what is in a
 * file must not be able to make it slow.
 */
typedef struct text_node {
    struct text_node *next; /* in the order in which they came */
    size_t length;
    const char *key;
} text_node;

typedef struct text_tree {
    void *root;
    text_node *first;
    text_node *last;
    size_t count;
} text_tree;

/*
 * The value of a key; `size` zeroed bytes, which begin with a text_node, where it is
 * new. NULL for want of memory. It stays where it is until text_tree_clear().
 */
void *text_tree_add(text_tree *tree, const char *key, size_t length, size_t size);

/* NULL: there is none. */
void *text_tree_find(const text_tree *tree, const char *key, size_t length);

void text_tree_clear(text_tree *tree);

enum { TEXT_KEY_SIZE = 16384 };

/* A key that several texts make together. */
typedef struct text_key {
    char bytes[TEXT_KEY_SIZE];
    size_t length;
    bool is_too_long;
} text_key;

void text_key_begin(text_key *key);

/* Adds one; where it ends is a part of the key. */
void text_key_add(text_key *key, const char *text);

/* As text_tree_add(); NULL, too, for a key that is too long. */
void *text_tree_add_key(text_tree *tree, const text_key *key, size_t size);

/* In a key, what was added after `text`. */
const char *text_key_next(const char *text);

#endif
