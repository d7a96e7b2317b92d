/* SPDX-License-Identifier: Apache-2.0 */
#include "support/http_client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { TIMEOUT_S = 30, RAW_TIMEOUT_S = 5, URL_SIZE = 1024 };

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
    http_reply *reply = context;
    size_t length = size * count;
    size_t room = sizeof(reply->body) - 1 - reply->body_length;
    size_t kept = length < room ? length : room;
    memcpy(reply->body + reply->body_length, bytes, kept);
    reply->body_length += kept;
    reply->body[reply->body_length] = '\0';
    return length;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *context)
{
    http_reply *reply = context;
    size_t length = size * count;
    size_t used = strlen(reply->headers);
    if (used + length < sizeof(reply->headers)) {
        memcpy(reply->headers + used, bytes, length);
        reply->headers[used + length] = '\0';
    }
    return length;
}

/* What libcurl reads a chunked body from. */
typedef struct chunk_source {
    const char *bytes;
    size_t left;
} chunk_source;

static size_t
give_chunk(char *out, size_t size, size_t count, void *context)
{
    chunk_source *source = context;
    size_t room = size * count;
    size_t length = source->left < room ? source->left : room;
    length = length < 7 ? length : 7; /* many small chunks */
    memcpy(out, source->bytes, length);
    source->bytes += length;
    source->left -= length;
    return length;
}

static void
set_body(CURL *handle, const http_call *call, size_t length, chunk_source *source)
{
    if (call->is_chunked) {
        *source = (chunk_source){ .bytes = call->body, .left = length };
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_chunk);
        curl_easy_setopt(handle, CURLOPT_READDATA, source);
        return;
    }
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)length);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call->body);
}

static struct curl_slist *
list_headers(const http_call *call)
{
    struct curl_slist *list = NULL;
    for (const char *const *header = call->headers; header != NULL && *header != NULL;
         header++) {
        list = curl_slist_append(list, *header);
    }
    return call->is_chunked ? curl_slist_append(list, "Transfer-Encoding: chunked")
                            : list;
}

static void
set_signer(CURL *handle, const http_call *call)
{
    if (call->signing_parameter == NULL) {
        return;
    }
    curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, call->signing_parameter);
    curl_easy_setopt(handle, CURLOPT_USERNAME, call->access_key);
    curl_easy_setopt(handle, CURLOPT_PASSWORD, call->secret_key);
}

static void
set_ordinary_options(CURL *handle, const char *url, http_reply *reply)
{
    reply->status = 0;
    reply->body_length = 0;
    reply->body[0] = '\0';
    reply->headers[0] = '\0';
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, reply);
}

bool
http_perform(const http_call *call, http_reply *reply)
{
    CURL *handle = call->handle != NULL ? call->handle : curl_easy_init();
    if (handle == NULL) {
        return false;
    }
    char url[URL_SIZE];
    (void)snprintf(
        url, sizeof(url), "%s%s", call->url, call->path != NULL ? call->path : "/");
    chunk_source source = { 0 };
    struct curl_slist *headers = list_headers(call);
    set_ordinary_options(handle, url, reply);
    if (call->body != NULL) {
        set_body(
            handle,
            call,
            call->body_length > 0 ? call->body_length : strlen(call->body),
            &source);
    }
    if (call->method != NULL) {
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
    }
    if (call->method != NULL && strcmp(call->method, "HEAD") == 0) {
        /* Or it would wait for the body that Content-Length speaks of. */
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    set_signer(handle, call);
    reply->code = curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_slist_free_all(headers);
    if (call->handle == NULL) {
        curl_easy_cleanup(handle);
    }
    return true;
}

bool
http_reply_header(const http_reply *reply, const char *name, char *out, size_t out_size)
{
    size_t length = strlen(name);
    for (const char *line = reply->headers; line != NULL && *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        if (end == NULL) {
            return false;
        }
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1;
            value += strspn(value, " ");
            (void)snprintf(out, out_size, "%.*s", (int)(end - value), value);
            return true;
        }
        line = end + 2;
    }
    return false;
}

static int
connect_to(const char *url)
{
    const char *host = strstr(url, "//") + 2;
    const char *colon = strrchr(host, ':');
    char name[64];
    (void)snprintf(name, sizeof(name), "%.*s", (int)(colon - host), host);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port =
                                       htons((uint16_t)strtoul(colon + 1, NULL, 10)) };
    (void)inet_pton(AF_INET, name, &address.sin_addr);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = { .tv_sec = RAW_TIMEOUT_S };
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

size_t
http_exchange_raw(
    const char *url, const void *bytes, size_t length, char *out, size_t out_size)
{
    out[0] = '\0';
    int descriptor = connect_to(url);
    if (descriptor < 0) {
        return 0;
    }
    (void)send(descriptor, bytes, length, MSG_NOSIGNAL);
    (void)shutdown(descriptor, SHUT_WR);
    size_t used = 0;
    while (used + 1 < out_size) {
        ssize_t got = recv(descriptor, out + used, out_size - 1 - used, 0);
        if (got <= 0) {
            break;
        }
        used += (size_t)got;
    }
    out[used] = '\0';
    close(descriptor);
    return used;
}
