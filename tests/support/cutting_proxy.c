/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cutting_proxy.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024, POLL_MS = 50 };

static void
die(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_un
address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return address;
}

static bool
write_all(int to, const char *bytes, ssize_t length)
{
    for (ssize_t done = 0; done < length;) {
        ssize_t written = send(to, bytes + done, (size_t)(length - done), MSG_NOSIGNAL);
        if (written <= 0) {
            return false;
        }
        done += written;
    }
    return true;
}

/* False: the connection is over. */
static bool
pass_on(cutting_proxy *proxy, int from, int to, bool is_client)
{
    static char bytes[BLOCK];
    ssize_t length = recv(from, bytes, sizeof(bytes), 0);
    if (length <= 0) {
        return false;
    }
    bool is_cut = is_client && atomic_fetch_sub(&proxy->left, 1) == 0;
    if (is_cut && proxy->moment == CUT_BEFORE) {
        return false;
    }
    if (!write_all(to, bytes, length)) {
        return false;
    }
    if (is_cut) {
        /* Its answer shows that it has been dealt with. */
        (void)recv(to, bytes, sizeof(bytes), 0);
        return false;
    }
    return true;
}

/* Its session is over, and its locks are gone, once the server hangs up, too. */
static void
hang_up(int server)
{
    char bytes[1024];

    (void)shutdown(server, SHUT_WR);
    while (recv(server, bytes, sizeof(bytes), 0) > 0) {
    }
    (void)close(server);
}

static void
serve(cutting_proxy *proxy, int client)
{
    const struct sockaddr_un address = address_of(proxy->server);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool goes_on =
        server >= 0 &&
        connect(server, (const struct sockaddr *)&address, sizeof(address)) == 0;

    while (goes_on && !atomic_load(&proxy->ends)) {
        struct pollfd ends[] = { { .fd = client, .events = POLLIN },
                                 { .fd = server, .events = POLLIN } };
        (void)poll(ends, 2, POLL_MS);
        if (ends[0].revents != 0) {
            goes_on = pass_on(proxy, client, server, true);
        }
        if (goes_on && ends[1].revents != 0) {
            goes_on = pass_on(proxy, server, client, false);
        }
    }
    hang_up(server);
    (void)close(client);
}

/* Where the last connection was cut, and this one is to be. */
static void
prepare_next(cutting_proxy *proxy)
{
    if (atomic_load(&proxy->left) < 0 && atomic_load(&proxy->again) > 0) {
        (void)atomic_fetch_sub(&proxy->again, 1);
        atomic_store(&proxy->left, proxy->again_at);
    }
}

static void *
run(void *context)
{
    cutting_proxy *proxy = context;

    while (!atomic_load(&proxy->ends)) {
        struct pollfd end = { .fd = proxy->listener, .events = POLLIN };
        if (poll(&end, 1, POLL_MS) > 0) {
            int client = accept(proxy->listener, NULL, NULL);
            if (client >= 0) {
                prepare_next(proxy);
                serve(proxy, client);
            }
        }
    }
    return NULL;
}

void
cutting_proxy_start(cutting_proxy *proxy, const char *server, const char *name)
{
    char path[108];
    memset(proxy, 0, sizeof(*proxy));
    atomic_store(&proxy->left, -1);
    (void)snprintf(proxy->folder, sizeof(proxy->folder), "/tmp/cutting-proxy-XXXXXX");
    if (mkdtemp(proxy->folder) == NULL) {
        die("a temporary folder");
    }
    (void)snprintf(path, sizeof(path), "%s/%s", proxy->folder, name);
    (void)snprintf(proxy->server, sizeof(proxy->server), "%.70s/%.30s", server, name);
    const struct sockaddr_un address = address_of(path);
    proxy->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (proxy->listener < 0 ||
        bind(proxy->listener, (const struct sockaddr *)&address, sizeof(address)) !=
            0 ||
        listen(proxy->listener, 8) != 0 ||
        pthread_create(&proxy->thread, NULL, run, proxy) != 0) {
        die("the proxy");
    }
}

void
cutting_proxy_arm(cutting_proxy *proxy, cutting_moment moment, long at)
{
    proxy->moment = moment;
    atomic_store(&proxy->again, 0);
    atomic_store(&proxy->left, at);
}

void
cutting_proxy_go_on(cutting_proxy *proxy, long connections, long at)
{
    proxy->again_at = at;
    atomic_store(&proxy->again, connections);
}

void
cutting_proxy_stop(cutting_proxy *proxy)
{
    struct sockaddr_un address;
    socklen_t length = sizeof(address);

    atomic_store(&proxy->ends, true);
    (void)pthread_join(proxy->thread, NULL);
    if (getsockname(proxy->listener, (struct sockaddr *)&address, &length) == 0) {
        (void)unlink(address.sun_path);
    }
    (void)close(proxy->listener);
    (void)rmdir(proxy->folder);
}
