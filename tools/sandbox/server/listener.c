/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listener.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
format_url(
    bool is_tls, const struct sockaddr_storage *address, char url[LISTENER_URL_SIZE])
{
    const char *scheme = is_tls ? "https" : "http";
    char host[INET6_ADDRSTRLEN] = "";
    if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, address, sizeof(ipv6));
        (void)inet_ntop(AF_INET6, &ipv6.sin6_addr, host, sizeof(host));
        (void)snprintf(
            url,
            LISTENER_URL_SIZE,
            "%s://[%s]:%u",
            scheme,
            host,
            ntohs(ipv6.sin6_port));
        return;
    }
    struct sockaddr_in ipv4;
    memcpy(&ipv4, address, sizeof(ipv4));
    (void)inet_ntop(AF_INET, &ipv4.sin_addr, host, sizeof(host));
    (void)snprintf(
        url, LISTENER_URL_SIZE, "%s://%s:%u", scheme, host, ntohs(ipv4.sin_port));
}

static bool
listen_at(int descriptor, const sandbox_options *options)
{
    int on = 1;
    const struct sockaddr *address = (const struct sockaddr *)&options->listen.address;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    return bind(descriptor, address, options->listen.length) == 0 &&
           listen(descriptor, SOMAXCONN) == 0;
}

entitle_status
listener_open(
    const sandbox_options *options,
    int *out,
    char url[LISTENER_URL_SIZE],
    entitle_error *error)
{
    struct sockaddr_storage bound;
    socklen_t length = sizeof(bound);
    int descriptor = socket(
        options->listen.address.ss_family,
        SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
        0);
    if (descriptor < 0 || !listen_at(descriptor, options) ||
        getsockname(descriptor, (struct sockaddr *)&bound, &length) != 0) {
        int cause = errno;
        format_url(options->is_tls, &options->listen.address, url);
        if (descriptor >= 0) {
            close(descriptor);
        }
        return ent_fail(
            error,
            ENTITLE_UNREACHABLE,
            "cannot listen at %s: %s",
            url,
            strerror(cause));
    }
    format_url(options->is_tls, &bound, url);
    *out = descriptor;
    return ENTITLE_OK;
}

bool
listener_is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        return (ntohl(ipv4.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
    }
    if (address->sa_family != AF_INET6) {
        return false;
    }
    struct sockaddr_in6 ipv6;
    memcpy(&ipv6, address, sizeof(ipv6));
    return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr) &&
            ipv6.sin6_addr.s6_addr[12] == IN_LOOPBACKNET);
}
