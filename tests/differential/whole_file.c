/* SPDX-License-Identifier: Apache-2.0 */
#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>

char *
whole_file(const char *path)
{
    enum { SIZE = 65536 };
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, SIZE);

    if (file == NULL || text == NULL || fread(text, 1, SIZE - 1, file) == 0) {
        fprintf(stderr, "cannot read '%s'\n", path);
        exit(EXIT_FAILURE);
    }
    (void)fclose(file);
    return text;
}
