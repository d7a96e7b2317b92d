/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/command_words.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

/* Reads from `at` and writes to `end`, which is never ahead: quotes only go away. */
typedef struct splitter {
    const char *at;
    char *end;
    const char *fault;
} splitter;

static bool
is_blank(char character)
{
    return character != '\0' && strchr(" \t\r\n", character) != NULL;
}

static void
keep(splitter *self)
{
    *self->end++ = *self->at++;
}

static void
read_escape(splitter *self)
{
    self->at++;
    if (*self->at == '\0') {
        self->fault = "a backslash has nothing behind it";
        return;
    }
    keep(self);
}

static void
read_quoted(splitter *self)
{
    char quote = *self->at++;

    while (*self->at != quote && *self->at != '\0') {
        bool is_escape = quote == '"' && self->at[0] == '\\' &&
                         (self->at[1] == '"' || self->at[1] == '\\');
        self->at += is_escape;
        keep(self);
    }
    if (*self->at == '\0') {
        self->fault = "a quote does not end";
        return;
    }
    self->at++;
}

static void
read_word(splitter *self)
{
    while (*self->at != '\0' && !is_blank(*self->at) && self->fault == NULL) {
        if (*self->at == '\'' || *self->at == '"') {
            read_quoted(self);
        } else if (*self->at == '\\') {
            read_escape(self);
        } else {
            keep(self);
        }
    }
}

static const char *
split(ent_command_words *out)
{
    splitter self = { .at = out->text, .end = out->text };

    for (;;) {
        while (is_blank(*self.at)) {
            self.at++;
        }
        if (*self.at == '\0') {
            return out->count > 0 ? NULL : "it is empty";
        }
        if (out->count == ENT_COMMAND_WORD_LIMIT) {
            return "it has more than 64 words";
        }
        char *word = self.end;
        read_word(&self);
        if (self.fault != NULL) {
            return self.fault;
        }
        /* Before the NUL is written, which may fall on the blank itself. */
        self.at += *self.at != '\0';
        *self.end++ = '\0';
        out->words[out->count++] = word;
    }
}

entitle_status
ent_command_words_split(
    const entitle_runtime *runtime,
    const char *command,
    ent_command_words *out,
    entitle_error *error)
{
    *out = (ent_command_words){ .runtime = runtime, .size = strlen(command) + 1 };
    out->text = ent_duplicate(runtime, command, strlen(command));
    if (out->text == NULL) {
        return ent_fail_memory(error);
    }
    const char *fault = split(out);
    if (fault == NULL) {
        return ENTITLE_OK;
    }
    ent_command_words_clear(out);
    return ent_fail(error, ENTITLE_CONFIGURATION, "the command is refused: %s", fault);
}

void
ent_command_words_clear(ent_command_words *words)
{
    if (words->text != NULL) {
        ent_wipe(words->text, words->size);
    }
    ent_release(words->runtime, words->text);
    *words = (ent_command_words){ .runtime = words->runtime };
}
