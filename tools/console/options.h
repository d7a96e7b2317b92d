/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_OPTIONS_H
#define CONSOLE_OPTIONS_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_kind {
    OPTION_SWITCH,   /* takes no value; its variable takes true or false */
    OPTION_TEXT,     /* anything but nothing */
    OPTION_CHOICE,   /* one of the words in `value`, "warn|deny" */
    OPTION_VERSION,  /* of a key: 1 to 2,147,483,647 */
    OPTION_SECONDS,  /* 0.001 to 86,400, with up to three decimals */
    OPTION_TIME,     /* ISO 8601 in UTC, or epoch seconds */
    OPTION_QUANTITY, /* 0 to 2,147,483,647 */
    OPTION_LIST      /* a text; may be given several times, and has no variable */
} option_kind;

/* One row of a command's option table: reads the command line and prints the help. */
typedef struct option_rule {
    const char *name;     /* "--deadline" */
    const char *variable; /* the environment variable that the flag beats, or NULL */
    option_kind kind;
    const char *value; /* what help calls the value: "SECONDS"; NULL for a switch */
    const char *help;
} option_rule;

enum { OPTION_LIST_LIMIT = 8 };

typedef struct option_value {
    const char *text;   /* NULL: not given; of a LIST the last one */
    const char *origin; /* the flag or the variable that gave it */
    bool from_variable;
    /*
     * VERSION; QUANTITY; SECONDS in ms; TIME in s; CHOICE by position; SWITCH: 0 or 1.
     */
    int64_t number;
    const char *texts[OPTION_LIST_LIMIT]; /* of a LIST, in the order of the flags */
    size_t text_count;
} option_value;

enum { OPTION_LIMIT = 24 };

/* What stood on the command line; belongs to argv and to the environment. */
typedef struct command_line {
    option_value values[OPTION_LIMIT]; /* in the order of the rules */
    bool help;                         /* asked for; nothing else is looked at */
    char **arguments;                  /* what is no option, ends with NULL */
    size_t argument_count;
    bool has_separator;            /* "--" was there, */
    size_t count_before_separator; /* and so many of the arguments before it */
} command_line;

/*
 * The rules that every command has. A row of a table is found by the position that an
 * enum gives it; these take the first three.
 */
enum { OPTION_JSON, OPTION_QUIET, OPTION_VERBOSE, OPTION_FIRST_OWN };

#define OPTION_RULES_COMMON                                                            \
    [OPTION_JSON] = { "--json", NULL, OPTION_SWITCH, NULL, "print one JSON value" },   \
    [OPTION_QUIET] = { "--quiet",                                                      \
                       NULL,                                                           \
                       OPTION_SWITCH,                                                  \
                       NULL,                                                           \
                       "print nothing; leave the exit status" },                       \
    [OPTION_VERBOSE] = {                                                               \
        "--verbose", NULL, OPTION_SWITCH, NULL, "log each step to standard error"      \
    }

/*
 * Reads `argv`, reordering it: options may stand anywhere before "--". A wrong command
 * line fails with EX_USAGE, a wrong variable with EX_CONFIG. `command` is for the hint.
 */
bool options_parse(
    const char *command,
    const option_rule *rules,
    size_t rule_count,
    char **argv,
    command_line *out,
    cli_failure *failure);

/* Adds where to read more. */
void options_hint(const char *command, cli_failure *failure);

/* Fails because of what a flag (EX_USAGE) or a variable (EX_CONFIG) says. */
void options_reject(
    const char *command,
    const option_value *value,
    cli_failure *failure,
    const char *reason);

/* Whether `flag` stands among the options of a command line not parsed yet. */
bool options_mention(char **argv, const char *flag);

#endif
