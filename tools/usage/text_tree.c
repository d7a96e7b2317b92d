/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/text_tree.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int
compare(const void *left, const void *right)
{
    const text_node *one = left;
    const text_node *other = right;
    size_t shorter = one->length < other->length ? one->length : other->length;
    int difference = memcmp(one->key, other->key, shorter);

    if (difference != 0 || one->length == other->length) {
        return difference;
    }
    return one->length < other->length ? -1 : 1;
}

void *
text_tree_find(const text_tree *tree, const char *key, size_t length)
{
    const text_node sought = { .key = key, .length = length };
    text_node *const *place = tfind(&sought, &tree->root, compare);

    return place != NULL ? *place : NULL;
}

/* The key stands behind the value. */
static text_node *
make_node(const char *key, size_t length, size_t size)
{
    text_node *node = calloc(1, size + length + 1);

    if (node == NULL) {
        return NULL;
    }
    char *copy = (char *)node + size;
    memcpy(copy, key, length);
    node->key = copy;
    node->length = length;
    return node;
}

void *
text_tree_add(text_tree *tree, const char *key, size_t length, size_t size)
{
    void *known = text_tree_find(tree, key, length);

    if (known != NULL) {
        return known;
    }
    text_node *node = make_node(key, length, size);
    if (node == NULL || tsearch(node, &tree->root, compare) == NULL) {
        free(node);
        return NULL;
    }
    if (tree->last != NULL) {
        tree->last->next = node;
    } else {
        tree->first = node;
    }
    tree->last = node;
    tree->count++;
    return node;
}

void
text_tree_clear(text_tree *tree)
{
    for (text_node *node = tree->first; node != NULL;) {
        text_node *next = node->next;

        (void)tdelete(node, &tree->root, compare);
        free(node);
        node = next;
    }
    *tree = (text_tree){ .root = NULL };
}

void
text_key_begin(text_key *key)
{
    key->length = 0;
    key->is_too_long = false;
}

void
text_key_add(text_key *key, const char *text)
{
    size_t size = strlen(text) + 1;

    if (size > sizeof(key->bytes) - key->length) {
        key->is_too_long = true;
        return;
    }
    memcpy(key->bytes + key->length, text, size);
    key->length += size;
}

void *
text_tree_add_key(text_tree *tree, const text_key *key, size_t size)
{
    return key->is_too_long ? NULL : text_tree_add(tree, key->bytes, key->length, size);
}

const char *
text_key_next(const char *text)
{
    return text + strlen(text) + 1;
}
