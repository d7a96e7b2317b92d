/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_RESOLVE_H
#define CONSOLE_RESOLVE_H

#include "console/command.h"

#include <entitle/customer.h>

/*
 * What `entitle resolve` and `entitle usage resolve` have in common. The ledger comes
 * first, as in every table of `entitle usage`.
 */
enum {
    RESOLVE_LEDGER = OPTION_FIRST_OWN,
    RESOLVE_REGION,
    RESOLVE_ENDPOINT,
    RESOLVE_DEADLINE,
    RESOLVE_OPTION_COUNT
};

#define RESOLVE_RULES                                                                  \
    [RESOLVE_REGION] = { "--region",                                                   \
                         NULL,                                                         \
                         OPTION_TEXT,                                                  \
                         "R",                                                          \
                         "the AWS Region (AWS_REGION, AWS_DEFAULT_REGION)" },          \
    [RESOLVE_ENDPOINT] = { "--endpoint",                                               \
                           NULL,                                                       \
                           OPTION_TEXT,                                                \
                           "URL",                                                      \
                           "the service (AWS_ENDPOINT_URL_MARKETPLACE_METERING, "      \
                           "...)" },                                                   \
    [RESOLVE_DEADLINE] = {                                                             \
        "--deadline",                                                                  \
        NULL,                                                                          \
        OPTION_SECONDS,                                                                \
        "SECONDS",                                                                     \
        "for the call with all its attempts (60)",                                     \
    }

/*
 * Reads the registration token that the command line points to, and resolves it.
 * Returns EX_OK with the customer, or tells why not and returns that exit status.
 */
int resolve_customer(
    const cli_command *command, const command_line *line, entitle_customer **out);

/* Prints the customer with AWS's names. Returns `exit_status`, or EX_SOFTWARE. */
int resolve_print(const entitle_customer *customer, int exit_status);

#endif
