/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/finding.h"

#include "base/line.h"

#include <stdarg.h>

static void __attribute__((format(printf, 5, 0)))
add(entitle_diagnosis *diagnosis,
    const char *check,
    entitle_finding_status status,
    const char *fix,
    const char *format,
    va_list arguments)
{
    if (diagnosis->count >= ENT_FINDING_LIMIT) {
        return;
    }
    entitle_finding *finding = &diagnosis->findings[diagnosis->count++];

    finding->check = check;
    finding->status = status;
    ent_line_format_v(finding->detail, sizeof(finding->detail), format, arguments);
    ent_line_format(finding->fix, sizeof(finding->fix), "%s", fix);
}

void
ent_find_ok(entitle_diagnosis *diagnosis, const char *check, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(diagnosis, check, ENTITLE_FINDING_OK, "", format, arguments);
    va_end(arguments);
}

void
ent_find_warning(
    entitle_diagnosis *diagnosis,
    const char *check,
    const char *fix,
    const char *format,
    ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(diagnosis, check, ENTITLE_FINDING_WARN, fix, format, arguments);
    va_end(arguments);
}

void
ent_find_failure(
    entitle_diagnosis *diagnosis,
    const char *check,
    const char *fix,
    const char *format,
    ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(diagnosis, check, ENTITLE_FINDING_FAIL, fix, format, arguments);
    va_end(arguments);
}

void
ent_find_error(
    entitle_diagnosis *diagnosis, const char *check, const entitle_error *error)
{
    static const char no_fix[] = "report this with the output of entitle --verbose";

    ent_find_failure(
        diagnosis,
        check,
        error->hint[0] != '\0' ? error->hint : no_fix,
        "%s",
        error->message);
}
