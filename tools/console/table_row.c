/* SPDX-License-Identifier: Apache-2.0 */
#include "console/table_row.h"

#include "console/output.h"
#include "console/printable.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of characters, not bytes; `text` is printable UTF-8. */
static size_t
width_of(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}

static void
append(table_row *row, const char *text, size_t blanks_before, size_t blanks_after)
{
    int written = snprintf(
        row->text + row->length,
        sizeof(row->text) - row->length,
        "%s%*s%s%*s",
        row->length > 0 ? "  " : "",
        (int)blanks_before,
        "",
        text,
        (int)blanks_after,
        "");
    size_t room = sizeof(row->text) - row->length - 1;

    if (written > 0) {
        row->length += (size_t)written < room ? (size_t)written : room;
    }
}

void
table_row_text(table_row *row, size_t width, const char *text)
{
    char shown[TABLE_ROW_SIZE];
    size_t length = 0;

    printable_copy(shown, sizeof(shown), text);
    length = width_of(shown);
    append(row, shown, 0, length < width ? width - length : 0);
}

void
table_row_right(table_row *row, size_t width, const char *text)
{
    size_t length = width_of(text);

    append(row, text, length < width ? width - length : 0, 0);
}

void
table_row_number(table_row *row, size_t width, int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    table_row_right(row, width, text);
}

void
table_row_print(const table_row *row)
{
    size_t length = row->length;

    while (length > 0 && row->text[length - 1] == ' ') {
        length--;
    }
    output_result("%.*s", (int)length, row->text);
}
