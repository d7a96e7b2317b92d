/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_TRANSFER_H
#define ENT_HTTP_TRANSFER_H

#include <entitle/transport.h>

#include <stdbool.h>
#include <stdint.h>

/* One of several requests of a transport. It stays where it is while under way. */
typedef struct ent_transfer {
    const entitle_transport *transport;
    const entitle_request *request;
    entitle_response *response;
    entitle_error *error;
    bool is_under_way;
    entitle_status status; /* once it has ended */
} ent_transfer;

/* Whether the transport, of whatever version, can do several at once. */
bool ent_transport_does_several(const entitle_transport *transport);

/*
 * As ent_transport_perform(), and then under way or, where it could not begin, ended.
 * Only for a transport that does several.
 */
void ent_transfer_start(ent_transfer *transfer);

/*
 * Waits until a transfer of the transport, whosever it is, has ended and settles it.
 * False where none has within `at_most_ms` (50 at most), or earlier.
 */
bool ent_transfer_wait(const entitle_transport *transport, int64_t at_most_ms);

/* Gives it up. True only where certainly nothing of it has been sent. */
bool ent_transfer_cancel(ent_transfer *transfer);

#endif
