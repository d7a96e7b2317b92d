/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PAGE_FILES_H
#define SANDBOX_PAGE_FILES_H

#include <stddef.h>

/* One file of the page, as control/page/embed.cmake writes it down. */
typedef struct page_file {
    const char *path; /* "" is the page itself */
    const char *content_type;
    const char *etag; /* in its quotes; of the content */
    const unsigned char *bytes;
    size_t length;
} page_file;

extern const page_file page_files[];
extern const size_t page_file_count;

#endif
