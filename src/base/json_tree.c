/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_tree.h"

#include "base/json.h"

#include <cjson/cJSON.h>

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Nothing is checked here that the grammar has checked. Texts grow shorter when they
 * are unescaped, and each has a quote less than it needs for its NUL.
 */
typedef struct tree_builder {
    const char *at;
    const char *end;
    cJSON *free_node;
    char *free_text;
    cJSON *open[ENT_JSON_DEPTH]; /* the containers around what is read next */
    size_t depth;
} tree_builder;

/* --- Texts ------------------------------------------------------------------------ */

static uint32_t
hex_digit(char digit)
{
    if (digit <= '9') {
        return (uint32_t)(digit - '0');
    }
    return (uint32_t)((digit | 0x20) - 'a') + 10;
}

/* The four digits of an escape. */
static uint32_t
read_code_unit(const char *digits)
{
    return hex_digit(digits[0]) << 12 | hex_digit(digits[1]) << 8 |
           hex_digit(digits[2]) << 4 | hex_digit(digits[3]);
}

static char *
put_character(char *out, uint32_t character)
{
    if (character < 0x80) {
        *out++ = (char)character;
        return out;
    }
    if (character < 0x800) {
        *out++ = (char)(0xc0 | character >> 6);
    } else if (character < 0x10000) {
        *out++ = (char)(0xe0 | character >> 12);
        *out++ = (char)(0x80 | (character >> 6 & 0x3f));
    } else {
        *out++ = (char)(0xf0 | character >> 18);
        *out++ = (char)(0x80 | (character >> 12 & 0x3f));
        *out++ = (char)(0x80 | (character >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (character & 0x3f));
    return out;
}

/* What "\u" begins: one code unit, or the two of a character beyond U+FFFF. */
static char *
unescape_unicode(const char **at, char *out)
{
    enum { DIGITS = 4, PAIR = 10 /* "d83d\ude00" */ };
    uint32_t unit = read_code_unit(*at);

    if (unit < 0xd800 || unit > 0xdfff) {
        *at += DIGITS;
        return put_character(out, unit);
    }
    uint32_t low = read_code_unit(*at + PAIR - DIGITS);
    *at += PAIR;
    return put_character(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
}

/* `*at` is behind the backslash. */
static char *
unescape(const char **at, char *out)
{
    static const char names[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    char kind = *(*at)++;

    if (kind == 'u') {
        return unescape_unicode(at, out);
    }
    const char *name = strchr(names, kind);
    *out++ = name != NULL ? meanings[name - names] : kind;
    return out;
}

/* One that has escapes, up to its closing quote. */
static char *
copy_escaped(const char **at, char *out)
{
    while (**at != '"') {
        if (**at == '\\') {
            ++*at;
            out = unescape(at, out);
        } else {
            *out++ = *(*at)++;
        }
    }
    return out;
}

static char *
read_text(tree_builder *builder)
{
    const char *at = builder->at + 1;
    char *text = builder->free_text;
    const char *quote = memchr(at, '"', (size_t)(builder->end - at));
    size_t length = (size_t)(quote - at);
    char *text_end = text + length;

    if (memchr(at, '\\', length) == NULL) {
        memcpy(text, at, length);
        at = quote;
    } else {
        text_end = copy_escaped(&at, text);
    }
    *text_end = '\0';
    builder->free_text = text_end + 1;
    builder->at = at + 1;
    return text;
}

/* --- Numbers ---------------------------------------------------------------------- */

static bool
is_of_number(char character)
{
    return (character >= '0' && character <= '9') || character == '-' ||
           character == '+' || character == '.' || character == 'e' || character == 'E';
}

/* strtod() expects the decimal point of the locale that is set. */
static double
convert(const char *number, size_t length)
{
    enum { LONGEST = 63 }; /* of the grammar */
    char copy[LONGEST + 1];

    memcpy(copy, number, length);
    copy[length] = '\0';
    char *point = memchr(copy, '.', length);
    if (point != NULL) {
        *point = localeconv()->decimal_point[0];
    }
    return strtod(copy, NULL);
}

/* Nearly all are small integers, which a double holds as they are. */
static double
number_of(const char *number, size_t length)
{
    enum { EXACT_DIGITS = 15 };
    bool is_negative = number[0] == '-';
    size_t i = is_negative ? 1 : 0;
    int64_t value = 0;

    if (length - i > EXACT_DIGITS) {
        return convert(number, length);
    }
    for (; i < length; i++) {
        if (number[i] < '0' || number[i] > '9') {
            return convert(number, length);
        }
        value = value * 10 + (number[i] - '0');
    }
    return is_negative ? -(double)value : (double)value;
}

static void
read_number(tree_builder *builder, cJSON *node)
{
    const char *start = builder->at;

    while (builder->at < builder->end && is_of_number(*builder->at)) {
        builder->at++;
    }
    double value = number_of(start, (size_t)(builder->at - start));
    node->type |= cJSON_Number;
    node->valuedouble = value;
    node->valueint = value >= INT_MAX   ? INT_MAX
                     : value <= INT_MIN ? INT_MIN
                                        : (int)value;
}

/* --- Values ----------------------------------------------------------------------- */

static void
skip_white_space(tree_builder *builder)
{
    const char *at = builder->at;

    while (at < builder->end &&
           (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    builder->at = at;
}

static void
append(cJSON *container, cJSON *node)
{
    cJSON *first = container->child;

    if (first == NULL) {
        container->child = node;
        node->prev = node;
        return;
    }
    node->prev = first->prev; /* the last one, as cJSON has it */
    first->prev->next = node;
    first->prev = node;
}

/* Of the innermost container, with its name in an object. */
static cJSON *
begin_node(tree_builder *builder)
{
    cJSON *node = builder->free_node++;

    *node = (cJSON){ .type = 0 };
    if (builder->depth == 0) {
        return node;
    }
    cJSON *container = builder->open[builder->depth - 1];
    append(container, node);
    if (cJSON_IsObject(container)) {
        node->string = read_text(builder);
        skip_white_space(builder);
        builder->at++; /* the colon */
        skip_white_space(builder);
    }
    return node;
}

static void
read_literal(tree_builder *builder, cJSON *node, int type, size_t length)
{
    node->type |= type;
    node->valueint = type == cJSON_True ? 1 : 0;
    builder->at += length;
}

static void
open_container(tree_builder *builder, cJSON *node, int type)
{
    node->type |= type;
    builder->open[builder->depth++] = node;
    builder->at++;
}

static void
read_value(tree_builder *builder)
{
    cJSON *node = begin_node(builder);

    switch (*builder->at) {
    case '{':
        open_container(builder, node, cJSON_Object);
        return;
    case '[':
        open_container(builder, node, cJSON_Array);
        return;
    case '"':
        node->type |= cJSON_String;
        node->valuestring = read_text(builder);
        return;
    case 't':
        read_literal(builder, node, cJSON_True, strlen("true"));
        return;
    case 'f':
        read_literal(builder, node, cJSON_False, strlen("false"));
        return;
    case 'n':
        read_literal(builder, node, cJSON_NULL, strlen("null"));
        return;
    default:
        read_number(builder, node);
    }
}

/* Up to the end of what is read, or the next value. */
static void
read_all(tree_builder *builder)
{
    do {
        skip_white_space(builder);
        if (*builder->at == '}' || *builder->at == ']') {
            builder->depth--;
            builder->at++;
        } else if (*builder->at == ',') {
            builder->at++;
        } else {
            read_value(builder);
        }
    } while (builder->depth > 0);
}

struct cJSON *
ent_json_tree_build(const char *text, size_t length, size_t values)
{
    if (values > (SIZE_MAX - length - 1) / sizeof(cJSON)) {
        return NULL;
    }
    cJSON *nodes = cJSON_malloc(values * sizeof(*nodes) + length + 1);
    if (nodes == NULL) {
        return NULL;
    }
    tree_builder builder = {
        .at = text,
        .end = text + length,
        .free_node = nodes,
        .free_text = (char *)(nodes + values),
    };
    read_all(&builder);
    /* Frees neither children nor texts but the root itself, and so the block. */
    nodes->type |= cJSON_IsReference | cJSON_StringIsConst;
    return nodes;
}
