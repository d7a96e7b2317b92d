/* SPDX-License-Identifier: Apache-2.0 */
#include "command_export.h"
#include "command_serve.h"
#include "env/command_env.h"
#include "program/options.h"

#include <entitle/version.h>

#include <stdio.h>
#include <sysexits.h>

static int
exit_status(entitle_status status)
{
    switch (status) {
    case ENTITLE_OK:
        return EX_OK;
    case ENTITLE_INVALID_ARGUMENT:
        return EX_USAGE;
    case ENTITLE_UNREACHABLE:
        return EX_UNAVAILABLE;
    case ENTITLE_IO_ERROR:
        return EX_IOERR;
    case ENTITLE_CONFIGURATION:
    case ENTITLE_KEYS_UNUSABLE:
        return EX_CONFIG;
    default:
        return EX_SOFTWARE;
    }
}

static int
fail(const entitle_error *error, entitle_status status)
{
    (void)fprintf(stderr, "entitle-sandbox: error: %s\n", error->message);
    if (error->hint[0] != '\0') {
        (void)fprintf(stderr, "entitle-sandbox: hint: %s\n", error->hint);
    } else if (status == ENTITLE_INVALID_ARGUMENT) {
        (void)fputs("entitle-sandbox: hint: see entitle-sandbox --help\n", stderr);
    }
    return exit_status(status);
}

static entitle_status
run(const sandbox_options *options, entitle_error *error)
{
    switch (options->command) {
    case COMMAND_SERVE:
        return command_serve(options, error);
    case COMMAND_ENV:
        return command_env(options, error);
    case COMMAND_EXPORT:
        return command_export(options, error);
    case COMMAND_HELP:
        (void)fputs(sandbox_usage, stdout);
        break;
    case COMMAND_VERSION:
        (void)printf("entitle-sandbox %s\n", entitle_version());
        break;
    }
    return ENTITLE_OK;
}

int
main(int argc, char *argv[])
{
    sandbox_options options;
    entitle_error error = { 0 };
    entitle_status status = sandbox_options_parse(argc, argv, &options, &error);
    if (status == ENTITLE_OK) {
        status = run(&options, &error);
    }
    return status == ENTITLE_OK ? EX_OK : fail(&error, status);
}
