/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A proxy that leads every CONNECT, whatever host it names, to one port of this
 * machine: what an attacker in the network does. Prints its URL, then serves until it
 * is killed.
 *
 *     connect_proxy PORT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in
loopback(unsigned port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

/* Whether a whole CONNECT request has been read and answered. */
static bool
accept_connect(int client)
{
    static const char answer[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    char request[4096];
    size_t length = 0;

    for (;;) {
        ssize_t got = read(client, request + length, sizeof(request) - 1 - length);
        if (got <= 0) {
            return false;
        }
        length += (size_t)got;
        request[length] = '\0';
        if (strstr(request, "\r\n\r\n") != NULL) {
            break;
        }
    }
    return strncmp(request, "CONNECT ", 8) == 0 &&
           write(client, answer, strlen(answer)) == (ssize_t)strlen(answer);
}

static bool
pass_on(int from, int to)
{
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof(bytes));

    return got > 0 && write(to, bytes, (size_t)got) == got;
}

static void
serve(int client, unsigned port)
{
    struct sockaddr_in address = loopback(port);
    int target = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd both[] = { { .fd = client, .events = POLLIN },
                             { .fd = target, .events = POLLIN } };

    if (target < 0 || !accept_connect(client) ||
        connect(target, (struct sockaddr *)&address, sizeof(address)) != 0) {
        return;
    }
    while (poll(both, 2, -1) > 0) {
        if ((both[0].revents != 0 && !pass_on(client, target)) ||
            (both[1].revents != 0 && !pass_on(target, client))) {
            return;
        }
    }
}

int
main(int count, char **arguments)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (count != 2 || listener < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return 1;
    }
    signal(SIGCHLD, SIG_IGN);
    printf("http://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            serve(client, (unsigned)strtoul(arguments[1], NULL, 10));
            _exit(0);
        }
        close(client);
    }
}
