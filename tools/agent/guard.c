/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 256 };

/* Nothing, or ":8377". */
static bool
is_port(const char *text)
{
    return text[0] == '\0' ||
           (text[0] == ':' && text[1 + strspn(text + 1, "0123456789")] == '\0');
}

/* Copies a host without its port and brackets. False where it is none. */
static bool
copy_host(const char *text, char out[HOST_SIZE])
{
    bool is_bracketed = text[0] == '[';
    text += is_bracketed ? 1 : 0;
    size_t length = strcspn(text, is_bracketed ? "]" : ":");
    if (length >= HOST_SIZE || (is_bracketed && text[length] != ']') ||
        !is_port(text + length + (is_bracketed ? 1 : 0))) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

static bool
is_for_this_machine(const agent_request *request)
{
    unsigned char address[sizeof(struct in6_addr)];
    char host[HOST_SIZE];

    /* No browser speaks HTTP/1.0, or gets to a Unix socket. */
    if (request->host == NULL || request->is_from_file) {
        return true;
    }
    return request->host_count == 1 && copy_host(request->host, host) &&
           (strcasecmp(host, "localhost") == 0 ||
            inet_pton(AF_INET, host, address) == 1 ||
            inet_pton(AF_INET6, host, address) == 1);
}

/* "none": somebody typed the address. */
static bool
is_from_page(const agent_request *request)
{
    return request->origin != NULL ||
           (request->site != NULL && strcmp(request->site, "none") != 0);
}

bool
guard_check(const agent_request *request, agent_answer *answer)
{
    if (!is_for_this_machine(request)) {
        answer_refuse(
            answer,
            403,
            "forbidden",
            "the agent is reached by an address or as localhost only",
            -1);
        return false;
    }
    if (is_from_page(request)) {
        answer_refuse(answer, 403, "forbidden", "the agent obeys no web page", -1);
        return false;
    }
    return true;
}
