/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json_duplicate.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

typedef struct named_member {
    const cJSON *member;
    size_t place;
} named_member;

static int
compare(const void *left, const void *right)
{
    const named_member *one = left;
    const named_member *other = right;
    int order = strcmp(one->member->string, other->member->string);
    if (order != 0) {
        return order;
    }
    return one->place < other->place ? -1 : one->place > other->place;
}

/* Sorted, so that a large object takes no longer than it has to. */
static const cJSON *
duplicate_in(const cJSON *object, size_t count)
{
    named_member *members = malloc(count * sizeof(*members));
    if (members == NULL) {
        return NULL;
    }
    size_t place = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        members[place] = (named_member){ .member = member, .place = place };
        place++;
    }
    qsort(members, count, sizeof(*members), compare);
    const cJSON *duplicate = NULL;
    size_t first = count;
    for (size_t i = 1; i < count; i++) {
        if (strcmp(members[i - 1].member->string, members[i].member->string) == 0 &&
            members[i].place < first) {
            first = members[i].place;
            duplicate = members[i].member;
        }
    }
    free(members);
    return duplicate;
}

/* The recursion is as deep as the tree, which its parser has bounded. */
const ent_json *
json_duplicate_member(const ent_json *root)
{
    const cJSON *duplicate = NULL;
    size_t count = 0;
    if (root == NULL) {
        return NULL;
    }
    for (const cJSON *child = root->child; child != NULL; child = child->next) {
        if (duplicate == NULL) {
            duplicate = json_duplicate_member(child);
        }
        count++;
    }
    if (duplicate != NULL || count < 2 || !cJSON_IsObject(root)) {
        return duplicate;
    }
    return duplicate_in(root, count);
}
