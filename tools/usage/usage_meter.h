/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_USAGE_METER_H
#define USAGE_USAGE_METER_H

#include "console/options.h"

#include <entitle/meter.h>

/* Every command takes the ledger first. */
enum { USAGE_LEDGER = OPTION_FIRST_OWN, USAGE_FIRST_OWN };

#define USAGE_RULE_LEDGER                                                              \
    [USAGE_LEDGER] = { "--ledger",                                                     \
                       "ENTITLE_LEDGER",                                               \
                       OPTION_TEXT,                                                    \
                       "PATH",                                                         \
                       "the ledger: a file, made by what adds to it, or "              \
                       "postgresql://HOST/DATABASE (required)" }

#define USAGE_RULE_PRODUCT_CODE                                                        \
    {                                                                                  \
        "--product-code", "ENTITLE_PRODUCT_CODE", OPTION_TEXT, "CODE",                 \
            "the product code that AWS Marketplace gave"                               \
    }

#define USAGE_RULE_INSTANCE                                                            \
    {                                                                                  \
        "--instance", NULL, OPTION_TEXT, "NAME",                                       \
            "whose usage it is where no customer is named (this task, pod, instance "  \
            "or "                                                                      \
            "host)"                                                                    \
    }

/* With the log and the signals of a command. */
extern const entitle_runtime usage_runtime;

/* False: the name is missing, or of a store that this version does not know. */
bool usage_meter_check_ledger(const option_value *ledger, cli_failure *failure);

/* Reports why a call failed that was given the ledger's name; the exit status. */
int usage_meter_report(const entitle_error *error);

/* A meter on the ledger that the options name. The values may be NULL. */
bool usage_meter_open(
    const command_line *line,
    const option_value *product_code,
    const option_value *instance,
    entitle_meter **out,
    cli_failure *failure);

/* The same for commands that only read or send: they make no ledger. */
bool usage_meter_open_existing(
    const command_line *line,
    const option_value *instance,
    entitle_meter **out,
    cli_failure *failure);

/* For commands that only look: an instance needs no name for that. */
bool
usage_meter_look(const command_line *line, entitle_meter **out, cli_failure *failure);

/* For commands that keep what is no instance's. */
bool
usage_meter_keep(const command_line *line, entitle_meter **out, cli_failure *failure);

#endif
