/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_TRANSPORT_H
#define ENT_HTTP_TRANSPORT_H

#include <entitle/transport.h>

/*
 * Sends `request` with `transport` after ent_url_check_allowed(), so that no transport
 * is ever asked for what the rules forbid. `response` has been initialised and is begun
 * anew.
 */
ENTITLE_CHECKED entitle_status ent_transport_perform(
    const entitle_transport *transport,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error);

/* What comes before a request and after its answer, however it travels. */
ENTITLE_CHECKED entitle_status
ent_transport_check_request(const entitle_request *request, entitle_error *error);
ENTITLE_CHECKED entitle_status ent_transport_check_answer(
    const entitle_request *request,
    const entitle_response *response,
    entitle_error *error);

#endif
