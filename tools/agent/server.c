/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server.h"

#include "agent/guests.h"
#include "agent/router.h"
#include "base/memory.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    THREADS = 16,
    CONNECTIONS = 4096,
    OWN_DESCRIPTORS = 128,
    /* Each thread has its share of the connections, and none may be full: by so many
       the shares are larger. */
    LEAVING_CONNECTIONS = 64 * THREADS,
    IDLE_LIMIT_S = 60,
    RECEIVE_LIMIT_MS = 30 * 1000, /* for a body */
    WAIT_LIMIT_MS = 90 * 1000,    /* for a whole request, however it trickles in */
    CONNECTION_MEMORY = 32 * 1024 /* the request line and the headers */
};

/*
 * Of bodies that are still being received; and of one that is read on for its answer.
 */
static const size_t bodies_limit = (size_t)64 * 1024 * 1024;
static const size_t excess_limit = (size_t)16 * 1024 * 1024;

struct agent_server {
    usage_agent *agent;
    struct MHD_Daemon *daemon;
    agent_guests guests;
    bool is_file;
    atomic_size_t held; /* bytes of bodies */
};

typedef struct http_exchange {
    agent_request request;
    ent_buffer body;
    size_t excess;
    int64_t began_ms;
} http_exchange;

static enum MHD_Result
collect_header(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    agent_request *request = context;

    (void)kind;
    value = value != NULL ? value : "";
    if (strcasecmp(name, "Host") == 0) {
        request->host = value;
        request->host_count++;
    } else if (strcasecmp(name, "Origin") == 0) {
        request->origin = value;
    } else if (strcasecmp(name, "Sec-Fetch-Site") == 0) {
        request->site = value;
    } else if (strcasecmp(name, "Content-Type") == 0) {
        request->content_type = value;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        request->announced = strtoull(value, NULL, 10);
    }
    return MHD_YES;
}

static struct MHD_Response *
new_response(const agent_answer *answer)
{
    /* libmicrohttpd only reads it, and copies. */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->body.length, answer->body.bytes, MHD_RESPMEM_MUST_COPY);

    if (response == NULL) {
        return NULL;
    }
    (void)MHD_add_response_header(response, "Content-Type", answer->content_type);
    if (answer->allow != NULL) {
        (void)MHD_add_response_header(response, "Allow", answer->allow);
    }
    return response;
}

static enum MHD_Result
reply(struct MHD_Connection *connection, const agent_answer *answer)
{
    if (answer->body.failed || answer->body.bytes == NULL) {
        return MHD_NO;
    }
    struct MHD_Response *response = new_response(answer);
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result
finish(agent_server *server, struct MHD_Connection *connection, http_exchange *exchange)
{
    agent_answer answer = { .status = 500 };

    guests_serve(&server->guests, connection);
    ent_buffer_init(&answer.body, &server->agent->runtime, SIZE_MAX / 2);
    exchange->request.body = ent_buffer_text(&exchange->body);
    exchange->request.body_length = exchange->body.length;
    router_answer(server->agent, &exchange->request, &answer);
    enum MHD_Result result = reply(connection, &answer);
    ent_buffer_clear(&answer.body);
    return result;
}

static void
drop_body(agent_server *server, http_exchange *exchange)
{
    atomic_fetch_sub(&server->held, exchange->body.length);
    ent_buffer_clear(&exchange->body);
}

/* What is refused is read on for a while, so that the client gets to read why. */
static bool
take_piece(
    agent_server *server, http_exchange *exchange, const char *bytes, size_t length)
{
    agent_request *request = &exchange->request;
    bool is_refused = request->is_too_large || request->is_crowded;

    if (!is_refused && atomic_load(&server->held) + length > bodies_limit) {
        request->is_crowded = is_refused = true;
        drop_body(server, exchange);
    }
    if (!is_refused && !ent_buffer_append(&exchange->body, bytes, length)) {
        request->is_too_large = exchange->body.is_full;
        request->is_crowded = !exchange->body.is_full;
        is_refused = true;
        drop_body(server, exchange);
    } else if (!is_refused) {
        atomic_fetch_add(&server->held, length);
    }
    exchange->excess += is_refused ? length : 0;
    return exchange->excess <= excess_limit &&
           agent_monotonic_ms() - exchange->began_ms <= RECEIVE_LIMIT_MS;
}

/* Whoever announces more than would be read on is told so before it is sent. */
static enum MHD_Result
begin(
    agent_server *server,
    struct MHD_Connection *connection,
    const char *path,
    const char *method,
    void **slot)
{
    http_exchange *fresh = ent_allocate(&server->agent->runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return MHD_NO;
    }
    *slot = fresh;
    ent_buffer_init(&fresh->body, &server->agent->runtime, REQUEST_BODY_LIMIT);
    fresh->began_ms = agent_monotonic_ms();
    fresh->request = (agent_request){ .method = method,
                                      .path = path,
                                      .is_from_file = server->is_file };
    (void)MHD_get_connection_values(
        connection, MHD_HEADER_KIND, collect_header, &fresh->request);
    fresh->request.is_too_large = fresh->request.announced > REQUEST_BODY_LIMIT;
    return fresh->request.announced > excess_limit ? finish(server, connection, fresh)
                                                   : MHD_YES;
}

/* Called with the head, with each piece of the body, and at its end. */
static enum MHD_Result
handle(
    void *context,
    struct MHD_Connection *connection,
    const char *path,
    const char *method,
    const char *version,
    const char *upload,
    size_t *upload_length,
    void **slot)
{
    agent_server *server = context;

    (void)version;
    if (*slot == NULL) {
        return begin(server, connection, path, method, slot);
    }
    if (*upload_length == 0) {
        return finish(server, connection, *slot);
    }
    bool goes_on = take_piece(server, *slot, upload, *upload_length);
    *upload_length = 0;
    return goes_on ? MHD_YES : MHD_NO;
}

static void
end_exchange(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_RequestTerminationCode reason)
{
    agent_server *server = context;

    (void)reason;
    guests_wait(&server->guests, connection);
    if (*slot != NULL) {
        drop_body(server, *slot);
        ent_release(&server->agent->runtime, *slot);
        *slot = NULL;
    }
}

/* What clients do wrong is told to them, and counted. */
static void
discard_log(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

static struct MHD_Daemon *
start_daemon(agent_server *server, const agent_listener *listener)
{
    return MHD_start_daemon(
        /* Without MHD_USE_ITC a thread whose share is full would never learn of the
           end. */
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0,
        NULL,
        NULL,
        handle,
        server,
        MHD_OPTION_EXTERNAL_LOGGER,
        discard_log,
        NULL,
        MHD_OPTION_LISTEN_SOCKET,
        listener->descriptor,
        MHD_OPTION_NOTIFY_COMPLETED,
        end_exchange,
        server,
        MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)THREADS,
        MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(server->guests.crowd.limit + LEAVING_CONNECTIONS),
        MHD_OPTION_NOTIFY_CONNECTION,
        guests_notice,
        &server->guests,
        MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_LIMIT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_END);
}

agent_server *
server_start(usage_agent *agent, const agent_listener *listener)
{
    agent_server *server = ent_allocate(&agent->runtime, sizeof(*server));
    if (server == NULL) {
        return NULL;
    }
    server->agent = agent;
    server->is_file = listener->is_local_file;
    guests_init(
        &server->guests,
        &agent->runtime,
        crowd_choose_limit(CONNECTIONS, OWN_DESCRIPTORS));
    server->daemon = start_daemon(server, listener);
    if (server->daemon != NULL) {
        return server;
    }
    guests_clear(&server->guests);
    ent_release(&agent->runtime, server);
    return NULL;
}

void
server_end_slow(void *context)
{
    agent_server *server = context;

    guests_end_slow(&server->guests, WAIT_LIMIT_MS);
}

void
server_stop(agent_server *server)
{
    MHD_stop_daemon(server->daemon);
    guests_clear(&server->guests);
    ent_release(&server->agent->runtime, server);
}
