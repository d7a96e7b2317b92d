/* SPDX-License-Identifier: Apache-2.0 */
#include "json_tree.h"

#include "lines.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
make_room(json_tree *tree, size_t length)
{
    if (tree->length + length < tree->size) {
        return;
    }
    tree->size = 2 * (tree->length + length) + 256;
    tree->text = realloc(tree->text, tree->size);
    if (tree->text == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(EXIT_FAILURE);
    }
}

void
json_tree_put(json_tree *tree, const char *text)
{
    size_t length = strlen(text);

    make_room(tree, length);
    memcpy(tree->text + tree->length, text, length + 1);
    tree->length += length;
}

void
json_tree_put_hex(json_tree *tree, const char *prefix, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    char digits[3];

    json_tree_put(tree, "\"");
    json_tree_put(tree, prefix);
    for (size_t i = 0; i < length; i++) {
        snprintf(digits, sizeof(digits), "%02x", at[i]);
        json_tree_put(tree, digits);
    }
    json_tree_put(tree, "\"");
}

void
json_tree_put_number(json_tree *tree, double number)
{
    uint64_t bits;
    char text[32];
    /* Adding makes minus zero plus zero, which integers do not tell apart. */
    double sum = number + 0.0;

    memcpy(&bits, &sum, sizeof(bits));
    snprintf(text, sizeof(text), "\"n%016llx\"", (unsigned long long)bits);
    json_tree_put(tree, text);
}

void
json_tree_accept(json_tree *tree)
{
    line_accept(tree->text, tree->length);
    free(tree->text);
    *tree = (json_tree){ 0 };
}
