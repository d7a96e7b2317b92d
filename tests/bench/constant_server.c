/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The peer of the sandbox's MeterUsage and of the agent's intake: libmicrohttpd alone,
 * with the sandbox's flags and limits, that reads a request and answers the same few
 * bytes to all. Prints its port, and ends when its standard input does.
 *
 *     constant_server [FILE]
 *
 * With FILE each answer comes after a row of its own has become durable in a database
 * there, by plain SQLite: the least that anyone has to do who keeps what was sent.
 */
#include "plain_usage.h"

#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IDLE_LIMIT_S = 60, CONNECTION_MEMORY = 64 * 1024, CONNECTIONS = 16384 + 16 };

static const char body[] =
    "{\"MeteringRecordId\":\"01234567-89ab-4cde-8f01-23456789abcd\"}";

static plain_rows *rows;

/* Clients reckon their clock's error from it. */
static const char *
date(void)
{
    static time_t written_at;
    static char text[40];
    struct tm parts;
    time_t now = time(NULL);

    if (now != written_at) {
        written_at = now;
        gmtime_r(&now, &parts);
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    return text;
}

static enum MHD_Result
collect(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)context;
    (void)kind;
    (void)name;
    (void)value;
    return MHD_YES;
}

static enum MHD_Result
answer(struct MHD_Connection *connection)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sizeof(body) - 1, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);

    MHD_add_response_header(response, "Date", date());
    MHD_add_response_header(response, "Content-Type", "application/x-amz-json-1.1");
    MHD_add_response_header(
        response, "x-amzn-RequestId", "01234567-89ab-4cde-8f01-23456789abcd");
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
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
    static int begun;

    (void)context;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    if (*slot == NULL) {
        *slot = &begun;
        MHD_get_connection_values(connection, MHD_HEADER_KIND, collect, NULL);
        return MHD_YES;
    }
    if (*upload_length > 0) {
        *upload_length = 0;
        return MHD_YES;
    }
    if (rows != NULL) {
        plain_rows_add(rows, "dimension", (int64_t)time(NULL));
    }
    return answer(connection);
}

int
main(int count, char **arguments)
{
    char byte = 0;

    if (count > 1) {
        rows = plain_rows_open(arguments[1]);
    }
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG,
        0,
        NULL,
        NULL,
        handle,
        NULL,
        MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_LIMIT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "constant_server: cannot start\n");
        return 71;
    }
    printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    MHD_stop_daemon(daemon);
    if (rows != NULL) {
        plain_rows_close(rows);
    }
    return 0;
}
