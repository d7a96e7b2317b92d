/* SPDX-License-Identifier: Apache-2.0 */
#include "console/failure.h"

#include "console/exit_status.h"
#include "console/output.h"

#include <stdarg.h>
#include <stdio.h>

void
fail(cli_failure *failure, int exit_status, const char *format, ...)
{
    va_list arguments;

    failure->exit_status = exit_status;
    failure->hint[0] = '\0';
    va_start(arguments, format);
    (void)vsnprintf(failure->message, sizeof(failure->message), format, arguments);
    va_end(arguments);
}

void
fail_hint(cli_failure *failure, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(failure->hint, sizeof(failure->hint), format, arguments);
    va_end(arguments);
}

int
fail_report(const cli_failure *failure)
{
    output_error("%s", failure->message);
    output_hint(failure->hint);
    return failure->exit_status;
}

int
fail_report_error(const entitle_error *error)
{
    output_error("%s", error->message);
    output_hint(error->hint);
    return exit_status_of(error->status);
}
