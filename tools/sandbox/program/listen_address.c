/* SPDX-License-Identifier: Apache-2.0 */
#include "program/listen_address.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HOST_LIMIT = 64, PORT_MAXIMUM = 65535 };

static entitle_status
parse_port(const char *text, uint16_t *out, entitle_error *error)
{
    uint64_t port = 0;
    if (!ent_text_to_unsigned(text, strlen(text), PORT_MAXIMUM, &port)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "--listen: '%s' is not a port", text);
    }
    *out = (uint16_t)port;
    return ENTITLE_OK;
}

static bool
set_ipv6(listen_address *out, const char *host, uint16_t port)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1) {
        return false;
    }
    memcpy(&out->address, &address, sizeof(address));
    out->length = sizeof(address);
    return true;
}

static bool
set_ipv4(listen_address *out, const char *host, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        return false;
    }
    memcpy(&out->address, &address, sizeof(address));
    out->length = sizeof(address);
    return true;
}

void
listen_address_default(listen_address *out)
{
    (void)set_ipv4(out, "127.0.0.1", 0);
}

entitle_status
listen_address_parse(const char *text, listen_address *out, entitle_error *error)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || (size_t)(colon - text) >= HOST_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--listen wants ADDRESS:PORT, not '%s'",
            text);
    }
    uint16_t port = 0;
    entitle_status status = parse_port(colon + 1, &port, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    char host[HOST_LIMIT] = { 0 };
    size_t length = (size_t)(colon - text);
    bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
    memcpy(host, bracketed ? text + 1 : text, bracketed ? length - 2 : length);
    bool set = bracketed ? set_ipv6(out, host, port) : set_ipv4(out, host, port);
    if (!set) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--listen: '%s' is not a literal address",
            text);
    }
    return ENTITLE_OK;
}
