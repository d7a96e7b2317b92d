/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/request.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

bool
request_init(
    sandbox_request *request, const entitle_runtime *runtime, const char *target)
{
    *request = (struct sandbox_request){ .method = "" };
    ent_buffer_init(&request->body, runtime, REQUEST_BODY_LIMIT);
    request->target = ent_duplicate(runtime, target, strlen(target));
    if (request->target == NULL) {
        return false;
    }
    char *question_mark = strchr(request->target, '?');
    if (question_mark != NULL) {
        *question_mark = '\0';
    }
    request->path = request->target;
    request->query = question_mark != NULL ? question_mark + 1 : "";
    return true;
}

void
request_clear(sandbox_request *request)
{
    ent_release(request->body.runtime, request->target);
    ent_buffer_clear(&request->body);
}

void
request_add_header(sandbox_request *request, const char *name, const char *value)
{
    if (request->header_count == REQUEST_HEADER_LIMIT) {
        request->has_too_many_headers = true;
        return;
    }
    request->headers[request->header_count++] =
        (entitle_header){ .name = name, .value = value };
}

const char *
request_header(const sandbox_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (ent_text_equal_ignoring_case(request->headers[i].name, name)) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

size_t
request_count_header(const sandbox_request *request, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        count += ent_text_equal_ignoring_case(request->headers[i].name, name) ? 1 : 0;
    }
    return count;
}
