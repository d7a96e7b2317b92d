/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_COMMAND_WORDS_H
#define ENT_AWS_COMMAND_WORDS_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stddef.h>

enum { ENT_COMMAND_WORD_LIMIT = 64 };

/* A command line taken apart, as execvp(3) takes it. */
typedef struct ent_command_words {
    const entitle_runtime *runtime;
    char *text; /* wiped in the end: an argument may be a secret */
    size_t size;
    char *words[ENT_COMMAND_WORD_LIMIT + 1]; /* ends with NULL */
    size_t count;
} ent_command_words;

/*
 * By the quoting of a POSIX shell (XCU §2.2) and nothing else of it: no variables, no
 * patterns, no pipes. ENTITLE_CONFIGURATION: nothing to run, a quote that does not end,
 * a backslash with nothing behind it, too many words. Free with
 * ent_command_words_clear().
 */
ENTITLE_CHECKED entitle_status ent_command_words_split(
    const entitle_runtime *runtime,
    const char *command,
    ent_command_words *out,
    entitle_error *error);
void ent_command_words_clear(ent_command_words *words);

#endif
