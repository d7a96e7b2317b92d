/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_LIST_H
#define ENT_HTTP_CURL_LIST_H

#include "http/curl_transfer.h"

/* Lists of transfers: short, so that walking them costs nothing. */
void ent_curl_list_append(ent_curl_transfer **list, ent_curl_transfer *transfer);

/* A transfer that is not there changes nothing. */
void ent_curl_list_remove(ent_curl_transfer **list, const ent_curl_transfer *transfer);

/* The first, taken out; NULL where there is none. */
ent_curl_transfer *ent_curl_list_take(ent_curl_transfer **list);

/* The one with that tag, or NULL. */
ent_curl_transfer *ent_curl_list_find(ent_curl_transfer *list, const void *tag);

#endif
