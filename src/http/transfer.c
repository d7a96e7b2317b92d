/* SPDX-License-Identifier: Apache-2.0 */
#include "http/transfer.h"

#include "http/response.h"
#include "http/transport.h"

#include <stddef.h>

bool
ent_transport_does_several(const entitle_transport *transport)
{
    const size_t needed =
        offsetof(entitle_transport, cancel) + sizeof(transport->cancel);

    return transport->struct_size >= needed && transport->start != NULL &&
           transport->wait != NULL && transport->cancel != NULL;
}

void
ent_transfer_start(ent_transfer *transfer)
{
    const entitle_transport *transport = transfer->transport;

    transfer->is_under_way = false;
    transfer->status = ent_transport_check_request(transfer->request, transfer->error);
    if (transfer->status != ENTITLE_OK) {
        return;
    }
    ent_response_clear(transfer->response);
    transfer->status = transport->start(
        transport->context,
        transfer->request,
        transfer->response,
        transfer->error,
        transfer);
    transfer->is_under_way = transfer->status == ENTITLE_OK;
}

bool
ent_transfer_wait(const entitle_transport *transport, int64_t at_most_ms)
{
    entitle_status status = ENTITLE_INTERNAL_ERROR;
    ent_transfer *ended = transport->wait(transport->context, at_most_ms, &status);

    if (ended == NULL) {
        return false;
    }
    ended->is_under_way = false;
    ended->status = status;
    if (status == ENTITLE_OK) {
        ended->status =
            ent_transport_check_answer(ended->request, ended->response, ended->error);
    }
    return true;
}

bool
ent_transfer_cancel(ent_transfer *transfer)
{
    const entitle_transport *transport = transfer->transport;

    transfer->is_under_way = false;
    return transport->cancel(transport->context, transfer);
}
