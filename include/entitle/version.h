/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_VERSION_H
#define ENTITLE_VERSION_H

#include <entitle/export.h>

#define ENTITLE_VERSION_MAJOR 0
#define ENTITLE_VERSION_MINOR 1
#define ENTITLE_VERSION_PATCH 0

ENTITLE_BEGIN_DECLS

/* The version of the library that is running, such as "0.1.0". Static storage. */
const char *entitle_version(void);

ENTITLE_END_DECLS

#endif
