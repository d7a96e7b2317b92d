/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* Whole segments of a path or pairs of a query, none of them copied. */
typedef struct slice {
    const char *at;
    size_t length;
} slice;

static bool
is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

static void
append_encoded(ent_buffer *out, slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (is_unreserved(text.at[i])) {
            ent_buffer_append(out, &text.at[i], 1);
        } else {
            ent_buffer_append_format(out, "%%%02X", (unsigned char)text.at[i]);
        }
    }
}

/* The part before `separator`, and `*text` moved behind it. */
static slice
next_part(const char **text, char separator)
{
    const char *end = strchr(*text, separator);
    slice part = { *text, end != NULL ? (size_t)(end - *text) : strlen(*text) };

    *text += part.length + (end != NULL ? 1 : 0);
    return part;
}

static bool
slice_is(slice part, const char *text)
{
    return part.length == strlen(text) && memcmp(part.at, text, part.length) == 0;
}

/* RFC 3986 §5.2.4, and empty segments go, too. */
static size_t
remove_dot_segments(const char *path, slice *kept)
{
    size_t count = 0;

    while (*path != '\0') {
        slice part = next_part(&path, '/');
        if (slice_is(part, "..")) {
            count -= count > 0;
        } else if (part.length > 0 && !slice_is(part, ".")) {
            kept[count++] = part;
        }
    }
    return count;
}

static bool
append_path(const char *path, ent_buffer *out)
{
    size_t length = strlen(path);
    slice *kept = ent_allocate(out->runtime, (length / 2 + 2) * sizeof(*kept));

    if (kept == NULL) {
        return false;
    }
    size_t count = remove_dot_segments(path, kept);
    for (size_t i = 0; i < count; i++) {
        ent_buffer_append_text(out, "/");
        append_encoded(out, kept[i]);
    }
    if (count == 0 || path[length - 1] == '/') {
        ent_buffer_append_text(out, "/");
    }
    ent_release(out->runtime, kept);
    return true;
}

static int
compare_slices(slice left, slice right)
{
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = memcmp(left.at, right.at, shorter);

    return order != 0                   ? order
           : left.length < right.length ? -1
                                        : left.length > right.length;
}

/* By name, then by value: "a=2" and "a-b=1" must not be compared as one text. */
static int
compare_pairs(slice left, slice right)
{
    const char *left_equals = memchr(left.at, '=', left.length);
    const char *right_equals = memchr(right.at, '=', right.length);
    slice left_name = { left.at,
                        left_equals ? (size_t)(left_equals - left.at) : left.length };
    slice right_name = { right.at,
                         right_equals ? (size_t)(right_equals - right.at)
                                      : right.length };
    int order = compare_slices(left_name, right_name);

    return order != 0 ? order : compare_slices(left, right);
}

static size_t
sort_pairs(const char *query, slice *pairs)
{
    size_t count = 0;

    while (*query != '\0') {
        slice pair = next_part(&query, '&');
        size_t i = count;
        if (pair.length == 0) {
            continue;
        }
        for (; i > 0 && compare_pairs(pairs[i - 1], pair) > 0; i--) {
            pairs[i] = pairs[i - 1];
        }
        pairs[i] = pair;
        count++;
    }
    return count;
}

static bool
append_query(const char *query, ent_buffer *out)
{
    slice *pairs = ent_allocate(out->runtime, (strlen(query) / 2 + 1) * sizeof(*pairs));

    if (pairs == NULL) {
        return false;
    }
    size_t count = sort_pairs(query, pairs);
    for (size_t i = 0; i < count; i++) {
        ent_buffer_append_text(out, i > 0 ? "&" : "");
        ent_buffer_append(out, pairs[i].at, pairs[i].length);
        if (memchr(pairs[i].at, '=', pairs[i].length) == NULL) {
            ent_buffer_append_text(out, "=");
        }
    }
    ent_release(out->runtime, pairs);
    return true;
}

static int
compare_names(const char *left, const char *right)
{
    size_t i = 0;

    while (left[i] != '\0' && ent_text_lower(left[i]) == ent_text_lower(right[i])) {
        i++;
    }
    return (unsigned char)ent_text_lower(left[i]) -
           (unsigned char)ent_text_lower(right[i]);
}

/* Stable: repeated headers stay in the order of the wire. NULL for want of memory. */
static const entitle_header **
sort_headers(const ent_sigv4_request *request, const entitle_runtime *runtime)
{
    const entitle_header **sorted =
        ent_allocate(runtime, (request->header_count + 1) * sizeof(*sorted));

    for (size_t count = 0; sorted != NULL && count < request->header_count; count++) {
        const entitle_header *header = &request->headers[count];
        size_t i = count;
        for (; i > 0 && compare_names(sorted[i - 1]->name, header->name) > 0; i--) {
            sorted[i] = sorted[i - 1];
        }
        sorted[i] = header;
    }
    return sorted;
}

static void
append_name(ent_buffer *out, const char *name)
{
    for (; *name != '\0'; name++) {
        char lower = ent_text_lower(*name);
        ent_buffer_append(out, &lower, 1);
    }
}

/* Without white space at the ends, and with one space for each run inside. */
static void
append_folded(ent_buffer *out, const char *value)
{
    const char *white = " \t\r\n\v\f";
    const char *separator = "";

    for (value += strspn(value, white); *value != '\0';) {
        size_t length = strcspn(value, white);
        ent_buffer_append_text(out, separator);
        ent_buffer_append(out, value, length);
        separator = " ";
        value += length;
        value += strspn(value, white);
    }
}

static bool
append_headers(const ent_sigv4_request *request, ent_buffer *out)
{
    const entitle_header **sorted = sort_headers(request, out->runtime);

    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (i > 0 && compare_names(sorted[i - 1]->name, sorted[i]->name) == 0) {
            ent_buffer_append_text(out, ",");
        } else {
            ent_buffer_append_text(out, i > 0 ? "\n" : "");
            append_name(out, sorted[i]->name);
            ent_buffer_append_text(out, ":");
        }
        append_folded(out, sorted[i]->value);
    }
    ent_buffer_append_text(out, "\n");
    ent_release(out->runtime, sorted);
    return true;
}

bool
ent_sigv4_signed_headers(const ent_sigv4_request *request, ent_buffer *out)
{
    const entitle_header **sorted = sort_headers(request, out->runtime);

    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (i > 0 && compare_names(sorted[i - 1]->name, sorted[i]->name) == 0) {
            continue;
        }
        ent_buffer_append_text(out, i > 0 ? ";" : "");
        append_name(out, sorted[i]->name);
    }
    ent_release(out->runtime, sorted);
    return !out->failed;
}

bool
ent_sigv4_canonical_request(const ent_sigv4_request *request, ent_buffer *out)
{
    ent_buffer_append_text(out, request->method);
    ent_buffer_append_text(out, "\n");
    if (!append_path(request->path, out)) {
        return false;
    }
    ent_buffer_append_text(out, "\n");
    if (!append_query(request->query, out)) {
        return false;
    }
    ent_buffer_append_text(out, "\n");
    if (!append_headers(request, out)) {
        return false;
    }
    ent_buffer_append_text(out, "\n");
    if (!ent_sigv4_signed_headers(request, out)) {
        return false;
    }
    ent_buffer_append_text(out, "\n");
    return ent_buffer_append_text(out, request->payload_sha256);
}
