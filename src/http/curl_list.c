/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_list.h"

#include <stddef.h>

void
ent_curl_list_append(ent_curl_transfer **list, ent_curl_transfer *transfer)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = transfer;
    transfer->next = NULL;
}

void
ent_curl_list_remove(ent_curl_transfer **list, const ent_curl_transfer *transfer)
{
    while (*list != NULL && *list != transfer) {
        list = &(*list)->next;
    }
    if (*list != NULL) {
        *list = transfer->next;
    }
}

ent_curl_transfer *
ent_curl_list_take(ent_curl_transfer **list)
{
    ent_curl_transfer *first = *list;

    if (first != NULL) {
        *list = first->next;
        first->next = NULL;
    }
    return first;
}

ent_curl_transfer *
ent_curl_list_find(ent_curl_transfer *list, const void *tag)
{
    while (list != NULL && list->tag != tag) {
        list = list->next;
    }
    return list;
}
