/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "base/error.h"
#include "base/memory.h"
#include "server/listener.h"
#include "server/reply.h"
#include "wire/answer.h"
#include "wire/request.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECTION_LIMIT = 256,
    IDLE_LIMIT_S = 10,
    CONNECTION_MEMORY = 64 * 1024,  /* the request line and the headers */
    EXCESS_LIMIT = 16 * 1024 * 1024 /* of a body too large that is still read */
};

struct sandbox_server {
    entitle_runtime runtime;
    server_handler *answer;
    void *context;
    struct MHD_Daemon *daemon;
};

/* A request and the answer to it. */
typedef struct http_exchange {
    const sandbox_server *server;
    sandbox_request request;
    sandbox_answer answer;
    bool has_begun;
    size_t excess;
} http_exchange;

/* Called first, because only here the target is as it was on the wire. */
static void *
begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    const sandbox_server *server = context;
    http_exchange *exchange = ent_allocate(&server->runtime, sizeof(*exchange));
    if (exchange == NULL) {
        return NULL;
    }
    exchange->server = server;
    answer_init(&exchange->answer, &server->runtime);
    if (!request_init(&exchange->request, &server->runtime, target)) {
        ent_release(&server->runtime, exchange);
        return NULL;
    }
    return exchange;
}

static void
end_exchange(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_RequestTerminationCode reason)
{
    (void)connection;
    (void)reason;
    const sandbox_server *server = context;
    http_exchange *exchange = *slot;
    if (exchange == NULL) {
        return;
    }
    request_clear(&exchange->request);
    answer_clear(&exchange->answer);
    ent_release(&server->runtime, exchange);
    *slot = NULL;
}

static enum MHD_Result
collect_header(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    request_add_header(context, name, value != NULL ? value : "");
    return MHD_YES;
}

static bool
is_from_loopback(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL && listener_is_loopback(info->client_addr);
}

static void
fill_request(
    struct MHD_Connection *connection,
    const char *method,
    struct sandbox_request *request)
{
    request->method = method;
    request->is_from_loopback = is_from_loopback(connection);
    (void)MHD_get_connection_values(
        connection, MHD_HEADER_KIND, collect_header, request);
}

static enum MHD_Result
finish(struct MHD_Connection *connection, http_exchange *exchange)
{
    const sandbox_request *request = &exchange->request;
    sandbox_answer *answer = &exchange->answer;
    exchange->server->answer(exchange->server->context, request, answer);
    /* A delayed answer has not been idle: both calls together start the time anew. */
    (void)MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    (void)MHD_set_connection_option(
        connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_LIMIT_S);
    switch (answer->ending) {
    case ANSWER_SEND:
        return reply_send(connection, answer);
    case ANSWER_RESET:
        reply_arm_reset(connection);
        return MHD_NO;
    case ANSWER_CLOSE:
        break;
    }
    return MHD_NO;
}

static bool
announces_too_much(const sandbox_request *request)
{
    const char *length = request_header(request, "Content-Length");
    if (length == NULL) {
        return false;
    }
    length += strspn(length, "0");
    return strlen(length) > 7 || strtoumax(length, NULL, 10) > REQUEST_BODY_LIMIT;
}

/*
 * A body that is too large is read on for a while, so that the client gets to read why.
 */
static enum MHD_Result
take_body(http_exchange *exchange, const char *bytes, size_t *length)
{
    sandbox_request *request = &exchange->request;
    if (!request->is_body_too_large &&
        !ent_buffer_append(&request->body, bytes, *length)) {
        request->is_body_too_large = true;
        ent_buffer_clear(&request->body);
    }
    exchange->excess += request->is_body_too_large ? *length : 0;
    *length = 0;
    return exchange->excess > EXCESS_LIMIT ? MHD_NO : MHD_YES;
}

static enum MHD_Result
handle(
    void *context,
    struct MHD_Connection *connection,
    const char *url,
    const char *method,
    const char *version,
    const char *upload,
    size_t *upload_length,
    void **slot)
{
    (void)context;
    (void)url;
    (void)version;
    http_exchange *exchange = *slot;
    if (exchange == NULL) {
        return MHD_NO;
    }
    if (!exchange->has_begun) {
        exchange->has_begun = true;
        fill_request(connection, method, &exchange->request);
        exchange->request.is_body_too_large = announces_too_much(&exchange->request);
        return exchange->request.is_body_too_large ? finish(connection, exchange)
                                                   : MHD_YES;
    }
    if (*upload_length > 0) {
        return take_body(exchange, upload, upload_length);
    }
    return finish(connection, exchange);
}

/* What clients do wrong is no business of the sandbox's standard error. */
static void
discard_log(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

entitle_status
server_start(
    const entitle_runtime *runtime,
    int listener,
    server_handler *answer,
    void *context,
    sandbox_server **out,
    entitle_error *error)
{
    sandbox_server *fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        close(listener);
        return ent_fail_memory(error);
    }
    fresh->runtime = *runtime;
    fresh->answer = answer;
    fresh->context = context;
    fresh->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
            MHD_USE_ITC | MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG,
        0,
        NULL,
        NULL,
        handle,
        NULL,
        MHD_OPTION_EXTERNAL_LOGGER,
        discard_log,
        NULL,
        MHD_OPTION_LISTEN_SOCKET,
        listener,
        MHD_OPTION_URI_LOG_CALLBACK,
        begin_exchange,
        fresh,
        MHD_OPTION_NOTIFY_COMPLETED,
        end_exchange,
        fresh,
        MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTION_LIMIT,
        MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_LIMIT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_END);
    if (fresh->daemon == NULL) {
        close(listener);
        ent_release(runtime, fresh);
        return ent_fail(error, ENTITLE_UNREACHABLE, "cannot start the HTTP server");
    }
    *out = fresh;
    return ENTITLE_OK;
}

void
server_stop(sandbox_server *server)
{
    const entitle_runtime runtime = server->runtime;
    MHD_stop_daemon(server->daemon);
    ent_release(&runtime, server);
}
