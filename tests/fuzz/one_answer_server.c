/* SPDX-License-Identifier: Apache-2.0 */
#include "one_answer_server.h"

#include "fuzz.h"
#include "support/raw_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE = 4096 };

static int listener;

/* Set before a client connects, and read after. */
static struct one_answer {
    pthread_mutex_t lock;
    pthread_cond_t sent;
    bool is_sent;
    const uint8_t *bytes;
    size_t length;
    size_t first_piece;
} answer = { .lock = PTHREAD_MUTEX_INITIALIZER, .sent = PTHREAD_COND_INITIALIZER };

/* False: the client has gone. */
static bool
receive_request(int connection)
{
    char request[REQUEST_SIZE + 1] = "";
    size_t length = 0;

    while (!raw_request_is_whole(request, length)) {
        ssize_t got = recv(connection, request + length, REQUEST_SIZE - length, 0);
        if (got <= 0) {
            return false;
        }
        length += (size_t)got;
        request[length] = '\0';
    }
    return true;
}

/* A client that has seen enough may go in between. */
static void
send_piece(int connection, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(connection, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

/* A copy: a client may have all that it wants before everything is sent. */
static struct one_answer
take_answer(uint8_t **copy)
{
    pthread_mutex_lock(&answer.lock);
    struct one_answer now = answer;
    *copy = malloc(now.length + 1);
    FUZZ_REQUIRE(*copy != NULL);
    memcpy(*copy, now.bytes, now.length);
    pthread_mutex_unlock(&answer.lock);
    return now;
}

static void
serve(int connection)
{
    const int yes = 1;
    uint8_t *copy = NULL;

    (void)setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (receive_request(connection)) {
        const struct one_answer now = take_answer(&copy);
        send_piece(connection, copy, now.first_piece);
        send_piece(connection, copy + now.first_piece, now.length - now.first_piece);
        free(copy);
    }
    (void)close(connection);
}

static void
note_sent(void)
{
    pthread_mutex_lock(&answer.lock);
    answer.is_sent = true;
    pthread_cond_signal(&answer.sent);
    pthread_mutex_unlock(&answer.lock);
}

static void *
run(void *context)
{
    (void)context;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection >= 0) {
            serve(connection);
            note_sent();
        }
    }
    return NULL;
}

uint16_t
one_answer_server_start(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    pthread_t thread;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    FUZZ_REQUIRE(listener >= 0);
    FUZZ_REQUIRE(bind(listener, (struct sockaddr *)&address, size) == 0);
    FUZZ_REQUIRE(listen(listener, 16) == 0);
    FUZZ_REQUIRE(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    FUZZ_REQUIRE(pthread_create(&thread, NULL, run, NULL) == 0);
    FUZZ_REQUIRE(pthread_detach(thread) == 0);
    return ntohs(address.sin_port);
}

void
one_answer_server_set(const uint8_t *bytes, size_t length, size_t first_piece)
{
    pthread_mutex_lock(&answer.lock);
    answer.bytes = bytes;
    answer.length = length;
    answer.first_piece = first_piece;
    answer.is_sent = false;
    pthread_mutex_unlock(&answer.lock);
}

void
one_answer_server_wait(void)
{
    pthread_mutex_lock(&answer.lock);
    while (!answer.is_sent) {
        pthread_cond_wait(&answer.sent, &answer.lock);
    }
    pthread_mutex_unlock(&answer.lock);
}
