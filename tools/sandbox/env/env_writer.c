/* SPDX-License-Identifier: Apache-2.0 */
#include "env/env_writer.h"

#include "env/shell.h"

#include <stdarg.h>
#include <stdio.h>

enum { TEXT_LIMIT = 4096 };

void
env_export_format(const env_writer *writer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void
env_export_format(const env_writer *writer, const char *name, const char *format, ...)
{
    char value[TEXT_LIMIT];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(value, sizeof(value), format, arguments);
    va_end(arguments);
    shell_append_export(writer->out, name, value);
}

void
env_comment(const env_writer *writer, const char *text)
{
    ent_buffer_append_format(writer->out, "# %s\n", text);
}

void
env_write_region(const env_writer *writer)
{
    shell_append_export(writer->out, "AWS_REGION", writer->sandbox->region);
    shell_append_export(writer->out, "AWS_DEFAULT_REGION", writer->sandbox->region);
}

void
env_write_instance(const env_writer *writer)
{
    if (!writer->options->has_real_addresses) {
        env_comment(writer, "In place of http://169.254.169.254:");
        shell_append_export(
            writer->out, "AWS_EC2_METADATA_SERVICE_ENDPOINT", writer->sandbox->url);
    }
}
