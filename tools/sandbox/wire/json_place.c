/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json_place.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

/* The values from the root to the one that is looked at. */
typedef struct json_trail {
    const cJSON *steps[ENT_JSON_DEPTH + 2];
    size_t places[ENT_JSON_DEPTH + 2]; /* of each in its container */
    size_t depth;
} json_trail;

static void
enter(json_trail *trail, const cJSON *value)
{
    trail->steps[trail->depth] = value;
    trail->places[trail->depth] = 0;
    trail->depth++;
}

/* To the value that begins after this one; false at the end of the tree. */
static bool
advance(json_trail *trail)
{
    const cJSON *current = trail->steps[trail->depth - 1];
    if (current->child != NULL) {
        enter(trail, current->child);
        return true;
    }
    while (trail->depth > 1) {
        size_t last = trail->depth - 1;
        if (trail->steps[last]->next != NULL) {
            trail->steps[last] = trail->steps[last]->next;
            trail->places[last]++;
            return true;
        }
        trail->depth--;
    }
    return false;
}

static void
write_path(const json_trail *trail, char path[JSON_PATH_SIZE])
{
    size_t used = 0;
    path[0] = '\0';
    for (size_t i = 1; i < trail->depth && used < JSON_PATH_SIZE; i++) {
        const char *name = trail->steps[i]->string;
        const char *dot = used > 0 ? "." : "";
        int length =
            name != NULL
                ? snprintf(path + used, JSON_PATH_SIZE - used, "%s%s", dot, name)
                : snprintf(
                      path + used, JSON_PATH_SIZE - used, "[%zu]", trail->places[i]);
        used += length > 0 ? (size_t)length : 0;
    }
}

bool
json_place_in_tree(
    const ent_json *root,
    const ent_json *value,
    size_t *ordinal,
    char path[JSON_PATH_SIZE])
{
    json_trail trail = { .depth = 0 };
    size_t count = 0;
    enter(&trail, root);
    while (trail.steps[trail.depth - 1] != value) {
        if (!advance(&trail)) {
            return false;
        }
        count++;
    }
    *ordinal = count;
    write_path(&trail, path);
    return true;
}

/* Past the string that begins at `at`. */
static size_t
skip_string(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '"'; at++) {
        at += text[at] == '\\';
    }
    return at + 1;
}

static size_t
skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    return at;
}

/* Past the number or literal that begins at `at`. */
static size_t
skip_word(const char *text, size_t length, size_t at)
{
    while (at < length && strchr(" \t\r\n,]}", text[at]) == NULL) {
        at++;
    }
    return at;
}

size_t
json_place_in_text(const char *text, size_t length, size_t ordinal)
{
    size_t name = length; /* offset of the name that belongs to the next value */
    size_t at = 0;
    while (at < length) {
        size_t begin = at;
        bool is_between = strchr(" \t\r\n,:]}", text[at]) != NULL;
        if (is_between) {
            at++;
            continue;
        }
        if (text[at] == '"') {
            at = skip_string(text, length, at);
            size_t after = skip_blanks(text, length, at);
            if (after < length && text[after] == ':') {
                name = begin;
                at = after;
                continue;
            }
        } else if (text[at] == '{' || text[at] == '[') {
            at++;
        } else {
            at = skip_word(text, length, at);
        }
        if (ordinal-- == 0) {
            return name < length ? name : begin;
        }
        name = length;
    }
    return length;
}
