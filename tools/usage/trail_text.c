/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/trail_text.h"

#include <stdlib.h>
#include <string.h>

/* What stands before the first event, blanks aside. */
static const char list_opening[] = "{\"Records\":[";

/* Where in a JSON value one is. */
typedef struct nesting {
    unsigned depth;
    bool is_in_string;
    bool is_escaped;
} nesting;

void
trail_text_init(trail_text *text, trail_reader *read, void *context)
{
    memset(text, 0, sizeof(*text));
    text->read = read;
    text->context = context;
}

void
trail_text_clear(trail_text *text)
{
    free(text->event);
    text->event = NULL;
}

static bool
is_blank(char character)
{
    return character == ' ' || character == '\n' || character == '\r' ||
           character == '\t';
}

/* --- Bytes ------------------------------------------------------------------------ */

static trail_step
malformed(const char **reason, const char *why)
{
    *reason = why;
    return TRAIL_MALFORMED;
}

/* The next byte stays where it is. TRAIL_EVENT: there is one. */
static trail_step
peek(trail_text *text, char *out, cli_failure *failure)
{
    if (text->start == text->end) {
        ssize_t count =
            text->read(text->context, text->chunk, sizeof(text->chunk), failure);
        if (count < 0) {
            return TRAIL_UNREADABLE;
        }
        text->start = 0;
        text->end = (size_t)count;
        if (count == 0) {
            return TRAIL_END;
        }
    }
    *out = text->chunk[text->start];
    return TRAIL_EVENT;
}

static trail_step
peek_past_blanks(trail_text *text, char *out, cli_failure *failure)
{
    trail_step step = peek(text, out, failure);

    while (step == TRAIL_EVENT && is_blank(*out)) {
        text->start++;
        step = peek(text, out, failure);
    }
    return step;
}

/* Twice the room, so that an event is not copied again and again. */
static bool
grow(trail_text *text)
{
    size_t capacity = text->capacity > 0 ? 2 * text->capacity : 4096;
    char *larger = realloc(text->event, capacity);

    if (larger == NULL) {
        return false;
    }
    text->event = larger;
    text->capacity = capacity;
    return true;
}

static trail_step
append(trail_text *text, char character, const char **reason)
{
    if (text->length == TRAIL_EVENT_LIMIT) {
        return malformed(reason, "is longer than 4 MiB");
    }
    if (text->length + 1 >= text->capacity && !grow(text)) {
        return malformed(reason, "takes more memory than there is");
    }
    text->event[text->length++] = character;
    text->event[text->length] = '\0';
    return TRAIL_EVENT;
}

/* --- An object -------------------------------------------------------------------- */

static void
step_into(nesting *at, char character)
{
    if (at->is_escaped) {
        at->is_escaped = false;
    } else if (at->is_in_string) {
        at->is_escaped = character == '\\';
        at->is_in_string = character != '"';
    } else if (character == '"') {
        at->is_in_string = true;
    } else if (character == '{' || character == '[') {
        at->depth++;
    } else if (character == '}' || character == ']') {
        at->depth--;
    }
}

/* Whether what has been cut out is how a list begins, and no event. */
static bool
is_list_opening(const trail_text *text)
{
    const char *want = list_opening;

    for (size_t i = 0; i < text->length; i++) {
        if (is_blank(text->event[i])) {
            continue;
        }
        if (text->event[i] != *want) {
            return false;
        }
        want++;
    }
    return *want == '\0';
}

/* Cuts the object out whose brace is next, or finds that it is the list. */
static trail_step
cut_object(
    trail_text *text, bool may_be_list, const char **reason, cli_failure *failure)
{
    nesting at = { .depth = 0 };
    char character = '\0';

    text->length = 0;
    do {
        trail_step step = peek(text, &character, failure);
        if (step == TRAIL_END) {
            return malformed(reason, "is cut off");
        }
        if (step == TRAIL_EVENT) {
            step = append(text, character, reason);
        }
        if (step != TRAIL_EVENT) {
            return step;
        }
        text->start++;
        step_into(&at, character);
        if (may_be_list && character == '[' && at.depth == 2 && !at.is_in_string &&
            is_list_opening(text)) {
            text->place = TRAIL_LIST_BEGIN;
            return TRAIL_EVENT;
        }
    } while (at.depth > 0);
    text->place = may_be_list ? TRAIL_BETWEEN : TRAIL_LIST_COMMA;
    return TRAIL_EVENT;
}

/* --- The log ---------------------------------------------------------------------- */

/* Takes what stands between the events of a list. False: it is something else. */
static bool
step_over(trail_text *text, char character)
{
    if (text->place == TRAIL_LIST_CLOSE && character == '}') {
        text->place = TRAIL_BETWEEN;
    } else if (text->place == TRAIL_LIST_COMMA && character == ',') {
        text->place = TRAIL_LIST_EVENT;
    } else if (
        character == ']' &&
        (text->place == TRAIL_LIST_COMMA || text->place == TRAIL_LIST_BEGIN)) {
        text->place = TRAIL_LIST_CLOSE;
    } else {
        return false;
    }
    text->start++;
    return true;
}

/* The event that is next, or the opening of a list. */
static trail_step
cut_next(trail_text *text, char character, const char **reason, cli_failure *failure)
{
    switch (text->place) {
    case TRAIL_BEGINNING:
    case TRAIL_BETWEEN:
        return character == '{' ? cut_object(text, true, reason, failure)
                                : malformed(reason, "is not a log of CloudTrail");
    case TRAIL_LIST_BEGIN:
    case TRAIL_LIST_EVENT:
        return character == '{' ? cut_object(text, false, reason, failure)
                                : malformed(reason, "is not JSON");
    case TRAIL_LIST_COMMA:
        return malformed(reason, "is not JSON");
    case TRAIL_LIST_CLOSE:
        return malformed(reason, "has more behind its Records");
    }
    return malformed(reason, "is not JSON");
}

static trail_step
at_end_of_file(const trail_text *text, const char **reason)
{
    switch (text->place) {
    case TRAIL_BETWEEN:
        return TRAIL_END;
    case TRAIL_BEGINNING:
        return malformed(reason, "is empty");
    default:
        return malformed(reason, "is cut off");
    }
}

trail_step
trail_text_next(trail_text *text, const char **reason, cli_failure *failure)
{
    for (;;) {
        char character = '\0';
        trail_step step = peek_past_blanks(text, &character, failure);

        if (step == TRAIL_END) {
            return at_end_of_file(text, reason);
        }
        if (step != TRAIL_EVENT) {
            return step;
        }
        if (step_over(text, character)) {
            continue;
        }
        step = cut_next(text, character, reason, failure);
        if (step != TRAIL_EVENT || text->place != TRAIL_LIST_BEGIN) {
            return step;
        }
    }
}
