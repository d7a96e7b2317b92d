/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include "program/listen_address.h"

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sandbox_command {
    COMMAND_SERVE,
    COMMAND_ENV,
    COMMAND_EXPORT,
    COMMAND_HELP,
    COMMAND_VERSION
} sandbox_command;

/* Where a container can run, for `env`. */
typedef enum sandbox_platform {
    PLATFORM_NONE = 0,
    PLATFORM_ECS,
    PLATFORM_FARGATE,
    PLATFORM_EKS_IRSA,
    PLATFORM_EKS_POD_IDENTITY,
    PLATFORM_EC2,
    PLATFORM_COUNT
} sandbox_platform;

enum { SANDBOX_HOST_NAMES = 16 };

/* Everything that the command line says. The texts are those of argv. */
typedef struct sandbox_options {
    sandbox_command command;

    listen_address listen;
    const char *state;  /* NULL: a temporary folder */
    const char *config; /* the market file; NULL: the default market */
    const char *region; /* NULL: the market's */
    bool has_seed;
    uint64_t seed;
    bool is_tls;
    const char *host_names[SANDBOX_HOST_NAMES]; /* for the certificate */
    size_t host_name_count;

    bool is_csv; /* of `export`, which takes the state, too */

    /* of `env` */
    const char *url;
    const char *ca; /* NULL: that of the system */
    int64_t wait_s; /* for a sandbox that does not listen yet */
    sandbox_platform platform;
    const char *token_directory; /* NULL: no token is written */
    bool has_real_addresses;     /* those of AWS's metadata, not the sandbox's */
} sandbox_options;

/* Anything that is not understood is refused (ENTITLE_INVALID_ARGUMENT). */
ENTITLE_CHECKED entitle_status sandbox_options_parse(
    int argc, char *const argv[], sandbox_options *out, entitle_error *error);

extern const char sandbox_usage[];

#endif
