/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/customer_names.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

typedef struct name_search {
    const entitle_runtime *runtime;
    const char *name; /* the one that was given */
    ent_customer_name *found;
    bool has_failed;
} name_search;

bool
ent_customer_names_have(const ent_customer_name *names, const char *name)
{
    while (names != NULL && strcmp(names->text, name) != 0) {
        names = names->next;
    }
    return names != NULL;
}

static bool
add(name_search *search, const char *name)
{
    size_t size = strlen(name) + 1;

    if (size == 1 || ent_customer_names_have(search->found, name)) {
        return true;
    }
    ent_customer_name *fresh = ent_allocate(search->runtime, sizeof(*fresh) + size);
    if (fresh == NULL) {
        search->has_failed = true;
        return false;
    }
    memcpy(fresh->text, name, size);
    fresh->next = search->found;
    search->found = fresh;
    return true;
}

static bool
look_at(void *context, const ent_ledger_customer *customer)
{
    name_search *search = context;

    if (strcmp(customer->account, search->name) != 0 &&
        strcmp(customer->identifier, search->name) != 0) {
        return true;
    }
    return add(search, customer->account) && add(search, customer->identifier);
}

entitle_status
ent_customer_names_find(
    const entitle_runtime *runtime,
    ent_ledger *ledger,
    const char *name,
    ent_customer_name **out,
    entitle_error *error)
{
    name_search search = { .runtime = runtime, .name = name };
    entitle_status status = ENTITLE_OK;

    if (add(&search, name)) {
        status = ent_ledger_customers(ledger, look_at, &search, error);
    }
    *out = search.found;
    return search.has_failed ? ent_fail_memory(error) : status;
}

void
ent_customer_names_free(const entitle_runtime *runtime, ent_customer_name *names)
{
    while (names != NULL) {
        ent_customer_name *next = names->next;
        ent_release(runtime, names);
        names = next;
    }
}
