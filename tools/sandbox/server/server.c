/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "base/error.h"
#include "base/memory.h"
#include "crowd/crowd.h"
#include "server/exchange.h"
#include "server/pool.h"
#include "server/reply.h"

#include <microhttpd.h>
#include <stdint.h>
#include <unistd.h>

enum {
    IDLE_LIMIT_S = 60,
    CONNECTION_MEMORY = 64 * 1024, /* the request line and the headers */
    USEFUL_CONNECTIONS = 16384,
    OWN_DESCRIPTORS = 96,    /* the store, keys that are written, the server's own */
    LEAVING_CONNECTIONS = 16 /* that gave way, but are not closed yet */
};

struct sandbox_server {
    entitle_runtime runtime;
    server_application application;
    struct MHD_Daemon *daemon;
    work_pool *pool;
    server_crowd crowd;
};

static crowd_member *
member_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static void
notice_connection(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_ConnectionNotificationCode code)
{
    sandbox_server *server = context;
    crowd_member *member = *slot;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED && member != NULL) {
        crowd_leave(&server->crowd, member);
        ent_release(&server->runtime, member);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    member = ent_allocate(&server->runtime, sizeof(*member));
    if (member == NULL || info == NULL) {
        ent_release(&server->runtime, member);
        return; /* it cannot give way, that is all */
    }
    member->socket = info->connect_fd;
    *slot = member;
    crowd_enter(&server->crowd, member);
}

/* Called first, because only here the target is as it was on the wire. */
static void *
begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    const sandbox_server *server = context;
    return exchange_new(&server->runtime, connection, target);
}

static void
end_exchange(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_RequestTerminationCode reason)
{
    (void)reason;
    sandbox_server *server = context;
    crowd_member *member = member_of(connection);
    if (*slot != NULL) {
        exchange_free(&server->runtime, *slot);
        *slot = NULL;
    }
    if (member != NULL) {
        crowd_wait(&server->crowd, member);
    }
}

static void
answer(const sandbox_server *server, http_exchange *exchange)
{
    const server_application *application = &server->application;
    application->answer(application->context, &exchange->request, &exchange->answer);
    exchange->is_answered = true;
}

/* In the pool: answers, and comes back when the answer is due. */
static void
perform(void *context, pool_task *task)
{
    sandbox_server *server = context;
    http_exchange *exchange = (http_exchange *)task;
    if (!exchange->is_answered) {
        answer(server, exchange);
        int64_t delay_ms = exchange->answer.delay_ms;
        if (delay_ms > 0 && pool_submit(server->pool, task, delay_ms)) {
            return;
        }
    }
    exchange->stage = EXCHANGE_ANSWERED;
    MHD_resume_connection(exchange->connection);
}

static void
drop(void *context, pool_task *task)
{
    (void)context;
    http_exchange *exchange = (http_exchange *)task;
    exchange->stage = EXCHANGE_DROPPED;
    MHD_resume_connection(exchange->connection);
}

static enum MHD_Result
hand_over(sandbox_server *server, http_exchange *exchange)
{
    int64_t delay_ms = exchange->is_answered ? exchange->answer.delay_ms : 0;
    exchange->stage = EXCHANGE_SUSPENDED;
    MHD_suspend_connection(exchange->connection);
    if (!pool_submit(server->pool, &exchange->task, delay_ms)) {
        drop(server, &exchange->task);
    }
    return MHD_YES;
}

static enum MHD_Result
finish(http_exchange *exchange)
{
    switch (exchange->answer.ending) {
    case ANSWER_SEND:
        return reply_send(exchange->connection, &exchange->answer);
    case ANSWER_RESET:
        reply_arm_reset(exchange->connection);
        return MHD_NO;
    case ANSWER_CLOSE:
        break;
    }
    return MHD_NO;
}

/*
 * A connection that is suspended where it last waited for bytes is, once resumed, read
 * from before it is answered; and a client that has closed its half would be taken for
 * gone. So a handover waits for the next round, when no bytes are waited for.
 */
static enum MHD_Result
complete(sandbox_server *server, http_exchange *exchange)
{
    crowd_member *member = member_of(exchange->connection);
    if (member != NULL) {
        crowd_serve(&server->crowd, member);
    }
    if (server->application.takes_long(&exchange->request)) {
        exchange->stage = EXCHANGE_COMPLETE;
        return MHD_YES;
    }
    answer(server, exchange);
    if (exchange->answer.delay_ms > 0) {
        exchange->stage = EXCHANGE_DELAYED;
        return MHD_YES;
    }
    return finish(exchange);
}

static enum MHD_Result
receive(
    sandbox_server *server,
    http_exchange *exchange,
    const char *upload,
    size_t *upload_length)
{
    if (*upload_length == 0) {
        return complete(server, exchange);
    }
    bool goes_on = exchange_take_body(exchange, upload, *upload_length);
    *upload_length = 0;
    return goes_on ? MHD_YES : MHD_NO;
}

/* Whoever announces too much is told so before it is sent. */
static enum MHD_Result
begin(sandbox_server *server, http_exchange *exchange, const char *method)
{
    if (exchange_take_head(exchange, method)) {
        return MHD_YES;
    }
    answer(server, exchange);
    return finish(exchange);
}

/* Called with the head, with each piece of the body, then until there is an answer. */
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
    (void)connection;
    (void)url;
    (void)version;
    sandbox_server *server = context;
    http_exchange *exchange = *slot;
    if (exchange == NULL) {
        return MHD_NO;
    }
    switch (exchange->stage) {
    case EXCHANGE_NEW:
        return begin(server, exchange, method);
    case EXCHANGE_RECEIVING:
        return receive(server, exchange, upload, upload_length);
    case EXCHANGE_COMPLETE:
    case EXCHANGE_DELAYED:
        return hand_over(server, exchange);
    case EXCHANGE_ANSWERED:
        return finish(exchange);
    case EXCHANGE_SUSPENDED:
    case EXCHANGE_DROPPED:
        break;
    }
    return MHD_NO;
}

/* What clients do wrong is no business of the sandbox's standard error. */
static void
discard_log(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

static void *
option_text(const char *text)
{
    return (void *)(uintptr_t)text; /* libmicrohttpd only reads it */
}

static struct MHD_Daemon *
start_daemon(
    sandbox_server *server, int listener, const server_certificate *certificate)
{
    static const char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    const intptr_t limit = (intptr_t)server->crowd.limit + LEAVING_CONNECTIONS;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem options[] = {
        { MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)discard_log, NULL },
        { MHD_OPTION_LISTEN_SOCKET, listener, NULL },
        { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_exchange, server },
        { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_exchange, server },
        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)notice_connection, server },
        { MHD_OPTION_CONNECTION_LIMIT, limit, NULL },
        { MHD_OPTION_CONNECTION_TIMEOUT, IDLE_LIMIT_S, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        { MHD_OPTION_END, 0, NULL }, /* here plain HTTP ends */
        { MHD_OPTION_HTTPS_MEM_KEY, 0, NULL },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, option_text(versions) },
        { MHD_OPTION_END, 0, NULL },
    };
    if (certificate != NULL) {
        flags |= MHD_USE_TLS;
        options[8] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT,
                                              0,
                                              option_text(certificate->chain) };
        options[9].ptr_value = option_text(certificate->private_key);
    }
    return MHD_start_daemon(
        flags,
        0,
        NULL,
        NULL,
        handle,
        server,
        MHD_OPTION_ARRAY,
        options,
        MHD_OPTION_END);
}

static entitle_status
start(
    sandbox_server *server,
    int listener,
    const server_certificate *certificate,
    entitle_error *error)
{
    entitle_status status =
        pool_start(&server->runtime, perform, server, &server->pool, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    server->daemon = start_daemon(server, listener, certificate);
    if (server->daemon == NULL) {
        pool_stop(server->pool, drop);
        pool_free(server->pool);
        return ent_fail(error, ENTITLE_UNREACHABLE, "cannot start the HTTP server");
    }
    return ENTITLE_OK;
}

entitle_status
server_start(
    const entitle_runtime *runtime,
    int listener,
    const server_certificate *certificate,
    const server_application *application,
    sandbox_server **out,
    entitle_error *error)
{
    sandbox_server *fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        close(listener);
        return ent_fail_memory(error);
    }
    fresh->runtime = *runtime;
    fresh->application = *application;
    fresh->crowd.limit = crowd_choose_limit(USEFUL_CONNECTIONS, OWN_DESCRIPTORS);
    entitle_status status = start(fresh, listener, certificate, error);
    if (status != ENTITLE_OK) {
        close(listener);
        ent_release(runtime, fresh);
        return status;
    }
    *out = fresh;
    return ENTITLE_OK;
}

/* Nothing may be suspended when libmicrohttpd ends, so the pool is stopped first. */
void
server_stop(sandbox_server *server)
{
    const entitle_runtime runtime = server->runtime;
    pool_stop(server->pool, drop);
    MHD_stop_daemon(server->daemon);
    pool_free(server->pool);
    ent_release(&runtime, server);
}
