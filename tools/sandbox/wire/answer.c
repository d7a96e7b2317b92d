/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/answer.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>

/* Holds any number of calls that the journal remembers. */
enum { ANSWER_LIMIT = 8 * 1024 * 1024 };

void
answer_init(sandbox_answer *answer, const entitle_runtime *runtime)
{
    *answer = (struct sandbox_answer){ .http_status = 200,
                                       .content_type = "application/json",
                                       .retry_after_ms = -1,
                                       .imds_token_ttl_s = -1 };
    ent_buffer_init(&answer->body, runtime, ANSWER_LIMIT);
}

void
answer_clear(sandbox_answer *answer)
{
    ent_buffer_clear(&answer->body);
    if (answer->source.release != NULL) {
        answer->source.release(answer->source.context);
        answer->source = (answer_source){ 0 };
    }
}

void
answer_set_error(
    sandbox_answer *answer, const char *name, unsigned http_status, const char *message)
{
    answer->http_status = http_status;
    ent_buffer_clear(&answer->body);
    ent_buffer_append_text(&answer->body, "{\"__type\":");
    ent_json_append_string(&answer->body, name);
    ent_buffer_append_text(&answer->body, ",\"message\":");
    ent_json_append_string(&answer->body, message);
    ent_buffer_append_text(&answer->body, "}");
}

void
answer_add_header(sandbox_answer *answer, const char *name, const char *value)
{
    if (answer->header_count < ANSWER_HEADER_LIMIT) {
        answer->headers[answer->header_count++] =
            (entitle_header){ .name = name, .value = value };
    }
}

void
answer_set_refusal(
    sandbox_answer *answer, unsigned http_status, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);

    answer->http_status = http_status;
    ent_buffer_clear(&answer->body);
    ent_buffer_append_text(&answer->body, "{\"error\":");
    ent_json_append_string(&answer->body, text);
    ent_buffer_append_text(&answer->body, "}");
}
