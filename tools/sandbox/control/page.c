/* SPDX-License-Identifier: Apache-2.0 */
#include "control/page.h"

#include "control/page_files.h"

#include <string.h>

/* The page itself, nothing else; and no text ever becomes markup or script. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

static const page_file *
find_file(const char *path)
{
    for (size_t i = 0; i < page_file_count; i++) {
        if (strcmp(page_files[i].path, path) == 0) {
            return &page_files[i];
        }
    }
    return NULL;
}

bool
page_is_at(const char *path)
{
    return find_file(path) != NULL;
}

/* A list of tags, or "*"; ours is in quotes, so it is no part of another. */
static bool
is_held(const sandbox_request *request, const char *etag)
{
    const char *held = request_header(request, "If-None-Match");
    return held != NULL && (strcmp(held, "*") == 0 || strstr(held, etag) != NULL);
}

static void
add_headers(const page_file *file, sandbox_answer *answer)
{
    answer->content_type = file->content_type;
    answer_add_header(answer, "ETag", file->etag);
    /* Kept, but asked for each time: the next sandbox here may be a newer one. */
    answer_add_header(answer, "Cache-Control", "no-cache");
    answer_add_header(answer, "Content-Security-Policy", policy);
    answer_add_header(answer, "Cross-Origin-Resource-Policy", "same-origin");
    answer_add_header(answer, "Referrer-Policy", "same-origin");
    answer_add_header(answer, "X-Content-Type-Options", "nosniff");
}

bool
page_answer(const sandbox_request *request, const char *path, sandbox_answer *answer)
{
    const page_file *file = find_file(path);
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        answer_set_refusal(answer, 405, "use GET");
        answer->allow = "GET, HEAD";
        return false;
    }
    if (file == NULL) {
        answer_set_refusal(answer, 404, "there is no such file");
        return false;
    }
    add_headers(file, answer);
    if (is_held(request, file->etag)) {
        answer->http_status = 304;
    } else {
        ent_buffer_append(&answer->body, file->bytes, file->length);
    }
    return true;
}
