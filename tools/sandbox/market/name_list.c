/* SPDX-License-Identifier: Apache-2.0 */
#include "market/name_list.h"

#include <stdlib.h>
#include <string.h>

bool
name_list_init(name_list *list, market_arena *arena, size_t capacity)
{
    *list = (name_list){
        .names = arena_allocate(arena, capacity, sizeof(market_name)),
        .capacity = capacity,
    };
    return list->names != NULL;
}

void
name_list_add(
    name_list *list, const char *text, const ent_json *node, const void *thing)
{
    list->names[list->count] = (market_name){
        .text = text, .node = node, .thing = thing, .place = list->count
    };
    list->count++;
}

static int
compare(const void *left, const void *right)
{
    const market_name *one = left;
    const market_name *other = right;
    int order = strcmp(one->text, other->text);
    if (order != 0) {
        return order;
    }
    return one->place < other->place ? -1 : one->place > other->place;
}

void
name_list_sort(name_list *list)
{
    qsort(list->names, list->count, sizeof(*list->names), compare);
}

static int
compare_text(const void *text, const void *element)
{
    const market_name *name = element;
    return strcmp(text, name->text);
}

const void *
name_list_find(const name_list *list, const char *text)
{
    const market_name *found =
        bsearch(text, list->names, list->count, sizeof(*list->names), compare_text);
    return found != NULL ? found->thing : NULL;
}

const market_name *
name_list_duplicate(const name_list *list, const market_name **earlier)
{
    const market_name *duplicate = NULL;
    for (size_t i = 1; i < list->count; i++) {
        const market_name *before = &list->names[i - 1];
        const market_name *name = &list->names[i];
        if (strcmp(before->text, name->text) == 0 &&
            (duplicate == NULL || name->place < duplicate->place)) {
            duplicate = name;
            *earlier = before;
        }
    }
    return duplicate;
}
