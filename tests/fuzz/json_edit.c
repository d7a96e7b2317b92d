/* SPDX-License-Identifier: Apache-2.0 */
#include "json_edit.h"

#include "fuzz.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A place in a tree. The root has no parent. */
typedef struct node {
    cJSON *parent;
    cJSON *item;
} node;

/* What readers get wrong: limits, forms, and the wrong type. */
static const char *const odd_values[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.0",
    "1e0",
    "0.1",
    "1E400",
    "300",
    "2147483647",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775808",
    "1795291200",
    "\"\"",
    "\"1\"",
    "\"null\"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\\ud800\"",
    "\"2026-11-21T20:00:00Z\"",
    "[]",
    "{}",
    "[{}]",
};

/* --- Choosing --------------------------------------------------------------------- */

static size_t
count_nodes(const cJSON *item)
{
    size_t count = 1;

    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        count += count_nodes(child);
    }
    return count;
}

static node
find_node(cJSON *parent, cJSON *item, size_t *index)
{
    if (*index == 0) {
        return (node){ parent, item };
    }
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        *index -= 1;
        node found = find_node(item, child, index);
        if (found.item != NULL) {
            return found;
        }
    }
    return (node){ NULL, NULL };
}

static node
choose(cJSON *root, fuzz_draw *draw)
{
    size_t index = draw_below(draw, count_nodes(root));

    return find_node(NULL, root, &index);
}

/* --- Edits ------------------------------------------------------------------------ */

/* Puts `value` in the place of a node, under its name. */
static void
replace(node place, cJSON *value)
{
    if (value == NULL || place.parent == NULL) {
        cJSON_Delete(value);
        return;
    }
    cJSON_free(value->string); /* a copy's own */
    value->string = NULL;
    if (place.item->string != NULL) {
        value->string = cJSON_malloc(strlen(place.item->string) + 1);
        FUZZ_REQUIRE(value->string != NULL);
        strcpy(value->string, place.item->string);
    }
    (void)cJSON_ReplaceItemViaPointer(place.parent, place.item, value);
}

static void
remove_node(cJSON *root, node place, fuzz_draw *draw)
{
    (void)root;
    (void)draw;
    if (place.parent != NULL) {
        cJSON_Delete(cJSON_DetachItemViaPointer(place.parent, place.item));
    }
}

/* In an object, that makes a member occur twice. */
static void
repeat_node(cJSON *root, node place, fuzz_draw *draw)
{
    (void)root;
    (void)draw;
    if (place.parent == NULL) {
        return;
    }
    cJSON *copy = cJSON_Duplicate(place.item, 1);
    if (cJSON_IsObject(place.parent)) {
        (void)cJSON_AddItemToObject(place.parent, place.item->string, copy);
    } else {
        (void)cJSON_AddItemToArray(place.parent, copy);
    }
}

static void
make_odd(cJSON *root, node place, fuzz_draw *draw)
{
    size_t count = sizeof(odd_values) / sizeof(odd_values[0]);

    (void)root;
    replace(place, cJSON_CreateRaw(odd_values[draw_below(draw, count)]));
}

/* The value of another place, and perhaps its name. */
static void
copy_from_elsewhere(cJSON *root, node place, fuzz_draw *draw)
{
    node source = choose(root, draw);

    if (place.parent != NULL && source.parent != NULL) {
        replace(place, cJSON_Duplicate(source.item, 1));
    }
}

/* To a name from elsewhere, or to itself in another case: "ProductCode". */
static void
rename_node(cJSON *root, node place, fuzz_draw *draw)
{
    node source = choose(root, draw);
    char name[256];

    if (!cJSON_IsObject(place.parent)) {
        return;
    }
    bool is_other = source.item->string != NULL && draw_below(draw, 2) == 0;
    snprintf(
        name, sizeof(name), "%s", is_other ? source.item->string : place.item->string);
    if (!is_other) {
        name[0] =
            (char)(isupper((unsigned char)name[0]) ? tolower((unsigned char)name[0]) : toupper((unsigned char)name[0]));
    }
    cJSON *copy = cJSON_Duplicate(place.item, 1);
    cJSON_Delete(cJSON_DetachItemViaPointer(place.parent, place.item));
    (void)cJSON_AddItemToObject(place.parent, name, copy);
}

static void
change_string(cJSON *root, node place, fuzz_draw *draw)
{
    char text[512];

    (void)root;
    if (!cJSON_IsString(place.item) || strlen(place.item->valuestring) > 400) {
        make_odd(root, place, draw);
        return;
    }
    size_t length = strlen(place.item->valuestring);
    memcpy(text, place.item->valuestring, length);
    length = LLVMFuzzerMutate((uint8_t *)text, length, sizeof(text) - 1);
    text[length] = '\0';
    replace(place, cJSON_CreateString(text));
}

/* One more or less, or the same as a text; a text becomes a number. */
static void
change_number(cJSON *root, node place, fuzz_draw *draw)
{
    char text[64];

    if (!cJSON_IsNumber(place.item)) {
        make_odd(root, place, draw);
        return;
    }
    double value = place.item->valuedouble;
    if (draw_below(draw, 3) == 0) {
        snprintf(text, sizeof(text), "%.17g", value);
        replace(place, cJSON_CreateString(text));
        return;
    }
    replace(place, cJSON_CreateNumber(value + (double)draw_below(draw, 3) - 1));
}

/* Into arrays and objects, up to more levels than are allowed. */
static void
wrap(cJSON *root, node place, fuzz_draw *draw)
{
    size_t levels = draw_below(draw, 4) == 0 ? draw_below(draw, 20) : 1;

    (void)root;
    if (place.parent == NULL) {
        return;
    }
    cJSON *value = cJSON_Duplicate(place.item, 1);
    for (size_t i = 0; i < levels; i++) {
        bool is_array = draw_below(draw, 2) == 0;
        cJSON *outer = is_array ? cJSON_CreateArray() : cJSON_CreateObject();
        if (is_array) {
            (void)cJSON_AddItemToArray(outer, value);
        } else {
            (void)cJSON_AddItemToObject(outer, "a", value);
        }
        value = outer;
    }
    replace(place, value);
}

static void
move_to_end(cJSON *root, node place, fuzz_draw *draw)
{
    (void)root;
    (void)draw;
    if (place.parent != NULL) {
        cJSON *copy = cJSON_DetachItemViaPointer(place.parent, place.item);
        (void)cJSON_AddItemToArray(place.parent, copy);
    }
}

typedef void edit(cJSON *root, node place, fuzz_draw *draw);

static edit *const edits[] = { remove_node,         repeat_node, make_odd,
                               copy_from_elsewhere, rename_node, change_string,
                               change_number,       wrap,        move_to_end };

/* --- Text ------------------------------------------------------------------------- */

/* Writes one letter as \u0061, where a reader has to see the same. */
static size_t
escape_a_letter(char *text, size_t length, size_t room, fuzz_draw *draw)
{
    char escaped[8];

    if (length == 0 || length + 5 > room) {
        return length;
    }
    size_t at = draw_below(draw, length);
    while (at < length && !isalpha((unsigned char)text[at])) {
        at++;
    }
    if (at == length || (at > 0 && text[at - 1] == '\\')) {
        return length;
    }
    snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)(unsigned char)text[at]);
    memmove(text + at + 6, text + at + 1, length - at - 1);
    memcpy(text + at, escaped, 6);
    return length + 5;
}

size_t
json_edit(
    const char *text,
    size_t length,
    fuzz_draw *draw,
    char *out,
    size_t room,
    size_t *taken)
{
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(text, length, &end, 0);

    if (root == NULL) {
        return 0;
    }
    for (size_t left = 1 + draw_below(draw, 3); left > 0; left--) {
        edit *chosen = edits[draw_below(draw, sizeof(edits) / sizeof(edits[0]))];
        chosen(root, choose(root, draw), draw);
    }
    char *printed =
        draw_below(draw, 4) == 0 ? cJSON_Print(root) : cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    FUZZ_REQUIRE(printed != NULL);
    size_t written = strlen(printed);
    bool fits = written <= room;
    if (fits) {
        memcpy(out, printed, written);
        *taken = (size_t)(end - text);
    }
    cJSON_free(printed);
    if (fits && draw_below(draw, 8) == 0) {
        written = escape_a_letter(out, written, room, draw);
    }
    return fits ? written : 0;
}
