/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_SURROUNDINGS_H
#define TEST_FAULTS_SURROUNDINGS_H

#include "support/fake_runtime.h"

#include <stddef.h>

/* A fake runtime but for heap and random source, which are the ordinary ones. */
extern fake_runtime surroundings;

/* Anew: the clock is back at its beginning. */
void surroundings_begin(void);

/* In memory where there is such a disk. */
void surroundings_make_folder(char *out, size_t out_size);
void surroundings_write_file(
    const char *folder,
    const char *name,
    const char *text,
    char *path_out,
    size_t path_size);

#endif
