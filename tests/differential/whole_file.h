/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_DIFFERENTIAL_WHOLE_FILE_H
#define TEST_DIFFERENTIAL_WHOLE_FILE_H

/* A small text file, to be freed. A failure ends the program. */
char *whole_file(const char *path);

#endif
