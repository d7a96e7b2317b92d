/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_DIAGNOSIS_PROXY_H
#define ENT_DIAGNOSIS_PROXY_H

#include <entitle/runtime.h>

#include <stdbool.h>

enum { ENT_PROXY_SIZE = 160 };

/* The proxy that libcurl is told to use for https, and by which variable. */
typedef struct ent_proxy {
    const char *variable;      /* NULL: there is none */
    char host[ENT_PROXY_SIZE]; /* and port; without user, password and path */
} ent_proxy;

/* By https_proxy and so on, in libcurl's order; no_proxy is not looked at. */
ent_proxy ent_proxy_of_environment(const entitle_runtime *runtime);

#endif
