/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_JOURNEY_H
#define ENT_HTTP_CURL_JOURNEY_H

#include <entitle/transport.h>

#include <stdbool.h>
#include <stdint.h>

/* How far the last request got, and past whom. */
typedef struct ent_journey {
    bool is_resolved;      /* the host's name, or the proxy's */
    bool is_connected;     /* to the host or the proxy; not told where TLS failed */
    bool is_through_proxy; /* which agreed to CONNECT */
    char address[64];      /* of the connection's other end */
    char issuer[160];      /* of the server's certificate; "" where none was seen */
    bool has_expiry;
    int64_t expires_at_s; /* of that certificate */
} ent_journey;

/*
 * For a transport made by entitle_transport_new_curl(): from now on keeps the
 * certificates that it is shown.
 */
void ent_journey_watch(const entitle_transport *transport);

/* The same kind of transport: what is known of its last request. */
void ent_journey_read(const entitle_transport *transport, ent_journey *out);

/* Reads "Nov  2 20:00:00 2026 GMT", as OpenSSL writes the times of certificates. */
bool ent_journey_parse_time(const char *text, int64_t *out_s);

#endif
