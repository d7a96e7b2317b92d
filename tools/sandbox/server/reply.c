/* SPDX-License-Identifier: Apache-2.0 */
#include "server/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

enum { DATE_SIZE = 40, PIECE_SIZE = 64 * 1024 };

static void
format_date(int64_t at_s, char out[DATE_SIZE])
{
    time_t at = (time_t)at_s;
    struct tm parts;
    out[0] = '\0';
    if (gmtime_r(&at, &parts) != NULL) {
        (void)strftime(out, DATE_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
}

static void
add_headers(struct MHD_Response *response, const sandbox_answer *answer)
{
    char date[DATE_SIZE];
    char number[24];
    format_date(answer->date_s, date);
    (void)MHD_add_response_header(response, "Date", date);
    (void)MHD_add_response_header(response, "Content-Type", answer->content_type);
    if (answer->request_id[0] != '\0') {
        (void)MHD_add_response_header(response, "x-amzn-RequestId", answer->request_id);
    }
    if (answer->retry_after_ms >= 0) {
        (void)snprintf(number, sizeof(number), "%" PRId64, answer->retry_after_ms);
        (void)MHD_add_response_header(response, "x-amz-retry-after", number);
    }
    if (answer->imds_token_ttl_s >= 0) {
        (void)snprintf(number, sizeof(number), "%" PRId64, answer->imds_token_ttl_s);
        (void)MHD_add_response_header(
            response, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", number);
    }
    if (answer->allow != NULL) {
        (void)MHD_add_response_header(response, "Allow", answer->allow);
    }
    for (size_t i = 0; i < answer->header_count; i++) {
        const entitle_header *header = &answer->headers[i];
        (void)MHD_add_response_header(response, header->name, header->value);
    }
}

static ssize_t
read_source(void *context, uint64_t position, char *out, size_t size)
{
    (void)position;
    answer_source *source = context;
    int64_t length = source->read(source->context, out, size);
    if (length < 0) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    return length > 0 ? (ssize_t)length : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *
new_response(sandbox_answer *answer)
{
    if (answer->source.read != NULL) {
        return MHD_create_response_from_callback(
            MHD_SIZE_UNKNOWN, PIECE_SIZE, read_source, &answer->source, NULL);
    }
    return MHD_create_response_from_buffer(
        answer->body.length,
        answer->body.length > 0 ? answer->body.bytes : NULL,
        MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result
reply_send(struct MHD_Connection *connection, sandbox_answer *answer)
{
    if (answer->body.failed) {
        return MHD_NO;
    }
    struct MHD_Response *response = new_response(answer);
    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(response, answer);
    enum MHD_Result result =
        MHD_queue_response(connection, answer->http_status, response);
    MHD_destroy_response(response);
    return result;
}

void
reply_arm_reset(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct linger none = { .l_onoff = 1, .l_linger = 0 };
    if (info != NULL) {
        (void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    }
}
