/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/listener.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char unix_prefix[] = "unix:";

static entitle_status
refuse_place(entitle_error *error, const char *place)
{
    ent_fail(error, ENTITLE_INVALID_ARGUMENT, "cannot listen at '%.200s'", place);
    ent_hint(
        error, "name 127.0.0.1:PORT, [::1]:PORT or unix:PATH: nobody else may ask");
    return ENTITLE_INVALID_ARGUMENT;
}

static entitle_status
fail_errno(entitle_error *error, const char *place)
{
    return ent_fail(
        error,
        ENTITLE_UNREACHABLE,
        "cannot listen at %.200s: %s",
        place,
        strerror(errno));
}

/* Closes on failure. */
static bool
bind_and_listen(int descriptor, const void *address, socklen_t length)
{
    int on = 1;

    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(descriptor, address, length) == 0 && listen(descriptor, SOMAXCONN) == 0) {
        return true;
    }
    int cause = errno;
    (void)close(descriptor);
    errno = cause;
    return false;
}

/* --- TCP -------------------------------------------------------------------------- */

static bool
read_port(const char *text, in_port_t *out)
{
    char *end = NULL;
    long port = strtol(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || port > 65535) {
        return false;
    }
    *out = htons((in_port_t)port);
    return true;
}

/* 127.0.0.0/8 and ::1 only. */
static bool
read_address(const char *place, struct sockaddr_storage *out, socklen_t *length)
{
    struct sockaddr_in ipv4 = { .sin_family = AF_INET };
    struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6,
                                 .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(place, ':');
    size_t host_length = colon != NULL ? (size_t)(colon - place) : 0;

    if (strncmp(place, "[::1]:", 6) == 0 && read_port(place + 6, &ipv6.sin6_port)) {
        memcpy(out, &ipv6, sizeof(ipv6));
        *length = sizeof(ipv6);
        return true;
    }
    if (host_length == 0 || host_length >= sizeof(host)) {
        return false;
    }
    memcpy(host, place, host_length);
    host[host_length] = '\0';
    if (inet_pton(AF_INET, host, &ipv4.sin_addr) != 1 ||
        ntohl(ipv4.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET ||
        !read_port(colon + 1, &ipv4.sin_port)) {
        return false;
    }
    memcpy(out, &ipv4, sizeof(ipv4));
    *length = sizeof(ipv4);
    return true;
}

static void
write_url(const struct sockaddr_storage *bound, char url[LISTENER_URL_SIZE])
{
    struct sockaddr_in6 ipv6;
    struct sockaddr_in ipv4;
    char host[INET_ADDRSTRLEN] = "";

    if (bound->ss_family == AF_INET6) {
        memcpy(&ipv6, bound, sizeof(ipv6));
        (void)snprintf(
            url, LISTENER_URL_SIZE, "http://[::1]:%u", ntohs(ipv6.sin6_port));
        return;
    }
    memcpy(&ipv4, bound, sizeof(ipv4));
    (void)inet_ntop(AF_INET, &ipv4.sin_addr, host, sizeof(host));
    (void)snprintf(url, LISTENER_URL_SIZE, "http://%s:%u", host, ntohs(ipv4.sin_port));
}

static entitle_status
open_address(const char *place, agent_listener *out, entitle_error *error)
{
    struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
    socklen_t length = 0;

    if (!read_address(place, &address, &length)) {
        return refuse_place(error, place);
    }
    out->descriptor =
        socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (out->descriptor < 0 || !bind_and_listen(out->descriptor, &address, length)) {
        return fail_errno(error, place);
    }
    length = sizeof(address);
    (void)getsockname(out->descriptor, (struct sockaddr *)&address, &length);
    write_url(&address, out->url);
    return ENTITLE_OK;
}

/* --- Unix socket ------------------------------------------------------------------ */

/* Only what is a socket, and refuses connections, was left behind by a dead agent. */
static void
remove_what_is_dead(const struct sockaddr_un *address)
{
    struct stat found;
    if (lstat(address->sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) {
        return;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe >= 0 &&
        connect(probe, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
        errno == ECONNREFUSED) {
        (void)unlink(address->sun_path);
    }
    if (probe >= 0) {
        (void)close(probe);
    }
}

/* Nobody gets in between bind() and chmod(): the socket is born closed to others. */
static bool
bind_file(int descriptor, const struct sockaddr_un *address, mode_t mode)
{
    mode_t mask = umask(0177);
    bool is_bound = bind_and_listen(descriptor, address, sizeof(*address));

    (void)umask(mask);
    return is_bound && chmod(address->sun_path, mode) == 0;
}

static entitle_status
open_file(const char *place, mode_t mode, agent_listener *out, entitle_error *error)
{
    const char *path = place + sizeof(unix_prefix) - 1;
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path)) {
        return refuse_place(error, place);
    }
    memcpy(address.sun_path, path, strlen(path));
    remove_what_is_dead(&address);
    out->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (out->descriptor < 0 || !bind_file(out->descriptor, &address, mode)) {
        return fail_errno(error, place);
    }
    memcpy(out->path, address.sun_path, sizeof(out->path));
    (void)snprintf(out->url, sizeof(out->url), "unix:%s", out->path);
    out->is_local_file = true;
    return ENTITLE_OK;
}

entitle_status
listener_open(const char *place, mode_t mode, agent_listener *out, entitle_error *error)
{
    *out = (agent_listener){ .descriptor = -1 };
    return strncmp(place, unix_prefix, sizeof(unix_prefix) - 1) == 0
               ? open_file(place, mode, out, error)
               : open_address(place, out, error);
}

void
listener_remove(const agent_listener *listener)
{
    if (listener->is_local_file) {
        (void)unlink(listener->path);
    }
}
