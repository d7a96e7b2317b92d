/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/import_file.h"

#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/printable.h"
#include "usage/import_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first bytes of one say which kind of file it is. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static bool
fail_reading(const import_file *file, cli_failure *failure)
{
    if (interrupt_signal() != 0) {
        fail(failure, EX_SIGNAL + interrupt_signal(), "interrupted: nothing was added");
        return false;
    }
    fail(failure, EX_IOERR, "%.256s cannot be read: %s", file->name, strerror(errno));
    return false;
}

/* Makes room, and reads what there is. False: it failed. */
static bool
fill(import_file *file, cli_failure *failure)
{
    memmove(file->buffer, file->buffer + file->start, file->end - file->start);
    file->end -= file->start;
    file->start = 0;
    for (;;) {
        ssize_t count = -1;
        if (interrupt_signal() == 0) {
            count = read(
                file->descriptor,
                file->buffer + file->end,
                IMPORT_BUFFER_SIZE - file->end);
        }
        if (count >= 0) {
            file->end += (size_t)count;
            file->is_at_end = count == 0;
            return true;
        }
        if (interrupt_signal() != 0 || errno != EINTR) {
            return fail_reading(file, failure);
        }
    }
}

static bool
begin(import_file *file, cli_failure *failure)
{
    size_t mark = strlen(byte_order_mark);

    while (!file->is_at_end && file->end < mark) {
        if (!fill(file, failure)) {
            return false;
        }
    }
    if (file->end >= mark && memcmp(file->buffer, byte_order_mark, mark) == 0) {
        file->start = mark;
        file->done = mark;
    }
    return true;
}

/* An object, or a list by mistake, begins JSON; nothing else does. */
static bool
find_kind(import_file *file, cli_failure *failure)
{
    for (size_t at = file->start;; at++) {
        while (at == file->end && !file->is_at_end && at < IMPORT_RECORD_LIMIT) {
            size_t ahead = at - file->start;
            if (!fill(file, failure)) {
                return false;
            }
            at = file->start + ahead;
        }
        if (at == file->end || strchr(" \t\r\n", file->buffer[at]) == NULL) {
            file->is_csv =
                at < file->end && file->buffer[at] != '{' && file->buffer[at] != '[';
            return true;
        }
    }
}

/* Files stay where they are; what has no size is read before the ledger is held. */
static bool
settle(import_file *file)
{
    struct stat about;

    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0) {
        return false;
    }
    if (!S_ISREG(about.st_mode) &&
        (!import_spool(&file->descriptor) || fstat(file->descriptor, &about) != 0)) {
        return false;
    }
    if (S_ISREG(about.st_mode) && about.st_size > 0) {
        file->size = (uint64_t)about.st_size;
    }
    return true;
}

static bool
read_beginning(import_file *file, cli_failure *failure)
{
    file->done = file->line = 0;
    file->next_line = 1;
    file->is_csv = file->is_at_end = false;
    file->start = file->end = 0;
    return begin(file, failure) && find_kind(file, failure);
}

bool
import_file_open(import_file *file, const char *name, cli_failure *failure)
{
    bool is_stdin = strcmp(name, "-") == 0;

    file->name = is_stdin ? "standard input" : name;
    file->descriptor =
        is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    file->size = 0;
    if (!settle(file)) {
        return fail_reading(file, failure);
    }
    file->first = lseek(file->descriptor, 0, SEEK_CUR);
    return read_beginning(file, failure);
}

bool
import_file_rewind(import_file *file, cli_failure *failure)
{
    return file->first >= 0 &&
           lseek(file->descriptor, (off_t)file->first, SEEK_SET) == file->first &&
           read_beginning(file, failure);
}

void
import_file_close(import_file *file)
{
    if (file->descriptor > STDIN_FILENO) {
        (void)close(file->descriptor);
    }
    file->descriptor = -1;
}

/* --- Records ---------------------------------------------------------------------- */

static bool
has_odd_quotes(const char *bytes, size_t length)
{
    bool is_odd = false;
    const char *end = bytes + length;

    while ((bytes = memchr(bytes, '"', (size_t)(end - bytes))) != NULL) {
        is_odd = !is_odd;
        bytes++;
    }
    return is_odd;
}

/*
 * The length of the record at the start of the buffer with its line end, and how many
 * lines it has; 0: its end is not there yet. A line end in quotes does not end it.
 */
static size_t
find_end(const import_file *file, uint64_t *lines)
{
    const char *start = file->buffer + file->start;
    size_t length = file->end - file->start;
    size_t at = 0;
    bool is_quoted = false;

    *lines = 0;
    while (at < length) {
        const char *newline = memchr(start + at, '\n', length - at);
        size_t next = newline != NULL ? (size_t)(newline - start) + 1 : length;
        if (file->is_csv && has_odd_quotes(start + at, next - at)) {
            is_quoted = !is_quoted;
        }
        *lines += 1;
        if (newline != NULL && !is_quoted) {
            return next;
        }
        at = next;
    }
    return file->is_at_end ? length : 0;
}

static import_step
refuse(const import_file *file, const char *reason, cli_failure *failure)
{
    fail(failure, EX_DATAERR, "line %" PRIu64 ": %s", file->line, reason);
    fail_hint(
        failure, "nothing was added: mend the line, and import the whole file again");
    return IMPORT_FAILED;
}

static import_step
refuse_long(const import_file *file, cli_failure *failure)
{
    return refuse(
        file,
        file->is_csv ? "it is longer than 64 KiB; perhaps a quote is not closed"
                     : "it is longer than 64 KiB",
        failure);
}

/* Most lines are ASCII: eight bytes are looked at together. */
static bool
is_utf8(const char *text, size_t length)
{
    uint64_t high_bits = 0;
    size_t at = 0;

    for (; at + sizeof(high_bits) <= length; at += sizeof(high_bits)) {
        uint64_t eight;
        memcpy(&eight, text + at, sizeof(eight));
        high_bits |= eight;
    }
    for (; at < length; at++) {
        high_bits |= (unsigned char)text[at];
    }
    if ((high_bits & UINT64_C(0x8080808080808080)) == 0) {
        return true;
    }
    while (*text != '\0') {
        uint32_t character = 0;
        if (!utf8_next(&text, &character)) {
            return false;
        }
    }
    return true;
}

static size_t
without_line_end(const char *bytes, size_t length)
{
    if (length > 0 && bytes[length - 1] == '\n') {
        length--;
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
    }
    return length;
}

static import_step
take(import_file *file, size_t whole, char **out, size_t *length, cli_failure *failure)
{
    char *bytes = file->buffer + file->start;

    *out = bytes;
    *length = without_line_end(bytes, whole);
    file->start += whole;
    file->done += whole;
    if (*length > IMPORT_RECORD_LIMIT) {
        return refuse_long(file, failure);
    }
    bytes[*length] = '\0';
    if (memchr(bytes, '\0', *length) != NULL) {
        return refuse(file, "it holds a NUL", failure);
    }
    if (!is_utf8(bytes, *length)) {
        return refuse(file, "it is not UTF-8", failure);
    }
    return IMPORT_RECORD;
}

import_step
import_file_next(import_file *file, char **out, size_t *length, cli_failure *failure)
{
    for (;;) {
        uint64_t lines = 0;
        size_t whole = find_end(file, &lines);
        file->line = file->next_line;
        if (whole == 0 && file->end - file->start > IMPORT_RECORD_LIMIT + 2) {
            return refuse_long(file, failure);
        }
        if (whole == 0 && file->is_at_end) {
            return IMPORT_END;
        }
        if (whole == 0) {
            if (!fill(file, failure)) {
                return IMPORT_FAILED;
            }
            continue;
        }
        file->next_line += lines;
        import_step step = take(file, whole, out, length, failure);
        if (step != IMPORT_RECORD || *length > 0) {
            return step;
        }
    }
}
