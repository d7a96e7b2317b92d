/* SPDX-License-Identifier: Apache-2.0 */
#include "server/exchange.h"

#include "base/memory.h"
#include "server/listener.h"

#include <inttypes.h>
#include <string.h>

enum { EXCESS_LIMIT = 16 * 1024 * 1024 /* of a body too large that is still read */ };

http_exchange *
exchange_new(
    const entitle_runtime *runtime,
    struct MHD_Connection *connection,
    const char *target)
{
    http_exchange *exchange = ent_allocate(runtime, sizeof(*exchange));
    if (exchange == NULL) {
        return NULL;
    }
    exchange->connection = connection;
    answer_init(&exchange->answer, runtime);
    if (!request_init(&exchange->request, runtime, target)) {
        ent_release(runtime, exchange);
        return NULL;
    }
    return exchange;
}

void
exchange_free(const entitle_runtime *runtime, http_exchange *exchange)
{
    request_clear(&exchange->request);
    answer_clear(&exchange->answer);
    ent_release(runtime, exchange);
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

bool
exchange_take_head(http_exchange *exchange, const char *method)
{
    sandbox_request *request = &exchange->request;
    exchange->stage = EXCHANGE_RECEIVING;
    request->method = method;
    request->is_from_loopback = is_from_loopback(exchange->connection);
    (void)MHD_get_connection_values(
        exchange->connection, MHD_HEADER_KIND, collect_header, request);
    request->is_body_too_large = announces_too_much(request);
    return !request->is_body_too_large;
}

/*
 * A body that is too large is read on for a while, so that the client gets to read why.
 */
bool
exchange_take_body(http_exchange *exchange, const char *bytes, size_t length)
{
    sandbox_request *request = &exchange->request;
    if (!request->is_body_too_large &&
        !ent_buffer_append(&request->body, bytes, length)) {
        request->is_body_too_large = true;
        ent_buffer_clear(&request->body);
    }
    exchange->excess += request->is_body_too_large ? length : 0;
    return exchange->excess <= EXCESS_LIMIT;
}
