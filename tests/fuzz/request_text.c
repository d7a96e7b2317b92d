/* SPDX-License-Identifier: Apache-2.0 */
#include "request_text.h"

#include <string.h>

/* Cuts a line off; what is behind it, or NULL. */
static char *
cut_line(char *text)
{
    char *end = strchr(text, '\n');

    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return end + 1;
}

/* Where the empty line stands that ends the headers; NULL: nowhere. */
static char *
find_empty_line(char *headers)
{
    if (headers[0] == '\n') {
        return headers;
    }
    char *end = strstr(headers, "\n\n");
    return end != NULL ? end + 1 : NULL;
}

void
request_text_begin(request_text *out, char *text, size_t length)
{
    static char nothing[1];
    char *end = text + length;
    char *rest = cut_line(text);
    char *empty = rest != NULL ? find_empty_line(rest) : NULL;
    char *blank = strchr(text, ' ');

    *out = (request_text){
        .method = text, .target = nothing, .headers = rest, .body = end
    };
    if (blank != NULL) {
        *blank = '\0';
        out->target = blank + 1;
    }
    if (empty != NULL) {
        *empty = '\0';
        out->body = empty + 1;
    }
    out->body_length = (size_t)(end - out->body);
}

bool
request_text_next(request_text *text, char **name, char **value)
{
    while (text->headers != NULL && text->headers[0] != '\0') {
        char *line = text->headers;
        text->headers = cut_line(line);
        *value = strchr(line, ':');
        if (*value != NULL) {
            **value = '\0';
            *value += 1 + strspn(*value + 1, " ");
            *name = line;
            return true;
        }
    }
    return false;
}
