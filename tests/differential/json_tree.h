/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_DIFFERENTIAL_JSON_TREE_H
#define TEST_DIFFERENTIAL_JSON_TREE_H

#include <stddef.h>

/*
 * How a reader of JSON writes what it has read, so that two readings can be compared:
 * again as JSON, in which each string is "s" and its bytes in hex, each name its bytes
 * in hex, and each number "n" and the bits of its double in hex.
 */
typedef struct json_tree {
    char *text;
    size_t length;
    size_t size;
} json_tree;

void json_tree_put(json_tree *tree, const char *text);
void json_tree_put_hex(
    json_tree *tree, const char *prefix, const void *bytes, size_t length);
void json_tree_put_number(json_tree *tree, double number);

/* Answers with the tree, and releases it. */
void json_tree_accept(json_tree *tree);

#endif
