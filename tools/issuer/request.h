/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUER_REQUEST_H
#define ISSUER_REQUEST_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ISSUER_FEATURE_LIMIT = 64, ISSUER_NAME_SIZE = 65 };

/* What is to be issued: everything in it is what a licence may say. */
typedef struct issuer_request {
    const char *key_path;
    char key_id[ISSUER_NAME_SIZE];
    char id[ISSUER_NAME_SIZE];
    const char *product;
    const char *licensee;
    const char *account; /* NULL: bound to none */
    const char *host;    /* likewise */
    int64_t issued_at_s;
    int64_t not_before_s;
    int64_t expires_at_s;
    int64_t seats; /* 0: none are counted */
    size_t feature_count;
    char features[ISSUER_FEATURE_LIMIT][ISSUER_NAME_SIZE];
    bool help;
} issuer_request;

/* Reads the command line (without the program's name); EX_USAGE otherwise. */
bool request_read(char **argv, issuer_request *out, cli_failure *failure);

void request_print_help(void);

#endif
