/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_NAME_LIST_H
#define SANDBOX_NAME_LIST_H

#include "base/json.h"
#include "market/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Names and what they name, for finding duplicates and for looking up. */
typedef struct market_name {
    const char *text;
    const ent_json *node; /* where it stands in the file */
    const void *thing;
    size_t place; /* in the order in which they were added */
} market_name;

typedef struct name_list {
    market_name *names;
    size_t count;
    size_t capacity;
} name_list;

/* False for want of memory. */
bool name_list_init(name_list *list, market_arena *arena, size_t capacity);

/* No more than the capacity. */
void name_list_add(
    name_list *list, const char *text, const ent_json *node, const void *thing);

/* After this names can be found, and none may be added. */
void name_list_sort(name_list *list);

/* The thing of that name, or NULL. */
const void *name_list_find(const name_list *list, const char *text);

/*
 * The first name that was added although it was there already, and where it was. NULL:
 * all are distinct.
 */
const market_name *
name_list_duplicate(const name_list *list, const market_name **earlier);

#endif
