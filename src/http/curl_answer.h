/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_ANSWER_H
#define ENT_HTTP_CURL_ANSWER_H

#include <stddef.h>

/* libcurl's callbacks; `exchange` is an ent_curl_exchange. */
size_t ent_curl_take_header(char *bytes, size_t size, size_t count, void *exchange);
size_t ent_curl_take_body(char *bytes, size_t size, size_t count, void *exchange);

#endif
