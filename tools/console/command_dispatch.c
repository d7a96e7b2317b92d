/* SPDX-License-Identifier: Apache-2.0 */
#include "console/command.h"
#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/output.h"

#include <openssl/crypto.h>

#include <stdio.h>
#include <string.h>

/*
 * A lean start, chosen for the program and not for the library: no configuration file,
 * so that OPENSSL_CONF cannot load code or providers of someone else's; no texts of
 * errors; and nothing torn down at the end, when the process goes anyway. The tables of
 * digests and ciphers stay: without them no certificate's signature is strong enough.
 */
static void
prepare_openssl(void)
{
    (void)OPENSSL_init_crypto(
        OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
            OPENSSL_INIT_NO_ATEXIT,
        NULL);
}

/* The number of arguments that are the command's name, or 0 when it is another. */
static size_t
match(const cli_command *command, char **argv)
{
    const char *second = strchr(command->name, ' ');
    size_t length =
        second != NULL ? (size_t)(second - command->name) : strlen(command->name);

    if (strlen(argv[0]) != length || strncmp(argv[0], command->name, length) != 0) {
        return 0;
    }
    if (second == NULL) {
        return 1;
    }
    return argv[1] != NULL && strcmp(argv[1], second + 1) == 0 ? 2 : 0;
}

static int
execute(const cli_command *command, char **argv)
{
    command_line line;
    cli_failure failure;

    /* First of all: as process 1, what comes earlier would be lost. */
    if (command->is_interruptible) {
        interrupt_watch();
    }
    prepare_openssl();
    if (!options_parse(
            command->name,
            command->options,
            command->option_count,
            argv,
            &line,
            &failure)) {
        return command->report != NULL ? command->report(&failure)
                                       : fail_report(&failure);
    }
    if (line.help) {
        command_print_help(command);
        return EX_OK;
    }
    return command->run(command, &line);
}

static bool
is_done_elsewhere(const cli_command *command, char **argv)
{
    if (command->become == NULL) {
        return false;
    }
    if (command->becomes != NULL) {
        return command->becomes(argv);
    }
    return command->become_flag == NULL || options_mention(argv, command->become_flag);
}

/* Whether the command is one of a group that goes by this word. */
static bool
is_of_group(const cli_command *command, const char *word)
{
    size_t length = strlen(word);

    return strncmp(command->name, word, length) == 0 && command->name[length] == ' ';
}

/* "check or list", the commands of a group. False: there is no such group. */
static bool
list_group(const char *word, char *out, size_t out_size)
{
    size_t left = 0;
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; command_table[i] != NULL; i++) {
        left += is_of_group(command_table[i], word) ? 1 : 0;
    }
    for (size_t i = 0; command_table[i] != NULL && used < out_size; i++) {
        if (is_of_group(command_table[i], word)) {
            left--;
            used += (size_t)snprintf(
                out + used,
                out_size - used,
                "%s%s",
                command_table[i]->name + strlen(word) + 1,
                left > 1    ? ", "
                : left == 1 ? " or "
                            : "");
        }
    }
    return used > 0;
}

static int
reject_command(char **argv)
{
    cli_failure failure;
    char group[128];
    bool is_group = list_group(argv[0], group, sizeof(group));

    if (is_group && argv[1] == NULL) {
        fail(&failure, EX_USAGE, "%.64s needs a command: %s", argv[0], group);
    } else {
        fail(
            &failure,
            EX_USAGE,
            "'%.64s%s%.64s' is not a command",
            argv[0],
            is_group ? " " : "",
            is_group ? argv[1] : "");
    }
    fail_hint(
        &failure,
        "see '%s help%s%.64s'",
        command_program,
        is_group ? " " : "",
        is_group ? argv[0] : "");
    return fail_report(&failure);
}

static bool
asks_for_help(const char *word)
{
    return word != NULL && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0);
}

/* The customary spellings of help and version. */
static void
translate(char **argv)
{
    static char help[] = "help";
    static char version[] = "version";
    char group[128];

    if (asks_for_help(argv[0])) {
        argv[0] = help;
    } else if (strcmp(argv[0], "--version") == 0) {
        argv[0] = version;
    } else if (asks_for_help(argv[1]) && list_group(argv[0], group, sizeof(group))) {
        argv[1] = argv[0];
        argv[0] = help;
    }
}

int
command_dispatch(char **argv)
{
    const output_mode mode = {
        .json = options_mention(argv, "--json"),
        .quiet = options_mention(argv, "--quiet"),
        .verbose = options_mention(argv, "--verbose"),
    };

    output_set_mode(&mode);
    if (argv[0] == NULL) {
        command_print_table();
        return EX_OK;
    }
    translate(argv);
    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        size_t taken = match(*command, argv);

        if (taken > 0 && is_done_elsewhere(*command, argv + taken)) {
            return (*command)->become(argv + taken);
        }
        if (taken > 0) {
            return execute(*command, argv + taken);
        }
    }
    return reject_command(argv);
}
