/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

static void
fail(const char *what)
{
    fprintf(stderr, "not a question: %s\n", what);
    exit(EXIT_FAILURE);
}

static int
digit_of(char character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/* Decodes the digits at `*text` in their own place, and steps over them and a space. */
static line_field
take_field(char **text)
{
    char *from = *text;
    line_field field = { .bytes = from };

    while (*from != '\0' && *from != ' ') {
        int high = digit_of(from[0]);
        int low = high < 0 ? -1 : digit_of(from[1]);
        if (low < 0) {
            fail("a byte is not two hex digits");
        }
        field.bytes[field.length++] = (char)(high << 4 | low);
        from += 2;
    }
    *text = *from == ' ' ? from + 1 : NULL;
    field.bytes[field.length] = '\0'; /* at `from` at the latest */
    return field;
}

bool
line_read(line_question *question)
{
    ssize_t length = getline(&question->text, &question->size, stdin);
    char *rest = question->text;

    if (length < 0) {
        return false;
    }
    if (question->text[length - 1] == '\n') {
        question->text[length - 1] = '\0';
    }
    for (question->count = 0; rest != NULL; question->count++) {
        if (question->count == LINE_FIELDS_MAX) {
            fail("too many fields");
        }
        question->fields[question->count] = take_field(&rest);
    }
    return true;
}

void
line_release(line_question *question)
{
    free(question->text);
    *question = (line_question){ 0 };
}

void
line_accept(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    fputs("accept ", stdout);
    for (size_t i = 0; i < length; i++) {
        printf("%02x", at[i]);
    }
    putchar('\n');
}

void
line_refuse(const char *reason)
{
    fputs("refuse ", stdout);
    for (; *reason != '\0'; reason++) {
        putchar(*reason >= ' ' && *reason < 0x7f ? *reason : '?');
    }
    putchar('\n');
}
