/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CA_STORE_H
#define ENT_HTTP_CA_STORE_H

#include <stddef.h>

/*
 * libcurl was told at its own compilation where the system keeps the CAs that it
 * trusts. Copied into an image of another distribution it looks in vain there. This
 * names the PEM file to use instead, or NULL where libcurl's own place has them, or no
 * place has.
 */
const char *ent_ca_store_find(void);

/* The same with other places: the first that is a readable file, if built_in is none.
 */
const char *
ent_ca_store_choose(const char *built_in, const char *const *places, size_t count);

#endif
