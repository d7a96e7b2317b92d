/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What an attacker in the network does: a proxy that answers every CONNECT, whatever
 * host it names, itself, with a certificate of its own, and leads what it decrypts to a
 * port of this machine. Prints its URL, then serves until it is killed.
 *
 *     tls_proxy PORT CERTIFICATE_AND_KEY
 */
#include <openssl/ssl.h>

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

    do {
        ssize_t got = read(client, request + length, sizeof(request) - 1 - length);
        if (got <= 0) {
            return false;
        }
        length += (size_t)got;
        request[length] = '\0';
    } while (strstr(request, "\r\n\r\n") == NULL);
    return strncmp(request, "CONNECT ", 8) == 0 &&
           write(client, answer, strlen(answer)) == (ssize_t)strlen(answer);
}

static bool
pass_on(SSL *tls, int target)
{
    char bytes[4096];
    int got = SSL_read(tls, bytes, sizeof(bytes));

    return got > 0 && write(target, bytes, (size_t)got) == got;
}

static bool
pass_back(int target, SSL *tls)
{
    char bytes[4096];
    ssize_t got = read(target, bytes, sizeof(bytes));

    return got > 0 && SSL_write(tls, bytes, (int)got) == got;
}

static void
lead(SSL *tls, int client, int target)
{
    struct pollfd both[] = { { .fd = client, .events = POLLIN },
                             { .fd = target, .events = POLLIN } };

    while (SSL_pending(tls) > 0 || poll(both, 2, -1) > 0) {
        bool from_client = SSL_pending(tls) > 0 || both[0].revents != 0;
        if (from_client ? !pass_on(tls, target) : !pass_back(target, tls)) {
            return;
        }
    }
}

static void
serve(SSL_CTX *context, int client, unsigned port)
{
    struct sockaddr_in address = loopback(port);
    int target = socket(AF_INET, SOCK_STREAM, 0);
    SSL *tls = SSL_new(context);

    if (target >= 0 && tls != NULL && accept_connect(client) &&
        SSL_set_fd(tls, client) == 1 && SSL_accept(tls) == 1 &&
        connect(target, (struct sockaddr *)&address, sizeof(address)) == 0) {
        lead(tls, client, target);
    }
}

static SSL_CTX *
load(const char *path)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (context == NULL ||
        SSL_CTX_use_certificate_file(context, path, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1) {
        return NULL;
    }
    return context;
}

int
main(int count, char **arguments)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    SSL_CTX *context = count == 3 ? load(arguments[2]) : NULL;

    if (context == NULL || listener < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return 1;
    }
    (void)signal(SIGCHLD, SIG_IGN);
    printf("http://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            serve(context, client, (unsigned)strtoul(arguments[1], NULL, 10));
            _exit(0);
        }
        (void)close(client);
    }
}
