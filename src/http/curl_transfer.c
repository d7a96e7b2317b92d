/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_transfer.h"

#include "base/error.h"

entitle_status
ent_curl_transfer_open(
    ent_curl_transfer *transfer, const char *ca_bundle, entitle_error *error)
{
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL) {
        return ent_fail_memory(error);
    }
    if (!ent_curl_set_permanent_options(transfer->easy, ca_bundle, transfer->reason) ||
        curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer) != CURLE_OK) {
        return ent_fail(
            error,
            ENTITLE_INTERNAL_ERROR,
            "this libcurl lacks an option that we need, or memory");
    }
    return ENTITLE_OK;
}

void
ent_curl_transfer_close(ent_curl_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
}

/*
 * libcurl 7.83 to 8.0 leaves a pointer to the last header of an answer in the handle,
 * and writes through it when the next answer begins with a line that continues one
 * (https://github.com/curl/curl/pull/11103). By then that header has been freed.
 */
static bool
may_be_used_again(void)
{
    unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;

    return version < 0x075300 || version >= 0x080100;
}

/* Connections are the multi handle's, and stay. False: no memory. */
static bool
renew(ent_curl_transfer *transfer)
{
    if (!transfer->is_used || may_be_used_again()) {
        return true;
    }
    CURL *fresh = curl_easy_duphandle(transfer->easy);
    if (fresh == NULL) {
        return false;
    }
    curl_easy_cleanup(transfer->easy);
    transfer->easy = fresh;
    return true;
}

bool
ent_curl_transfer_begin(
    ent_curl_transfer *transfer, CURLM *multi, const ent_curl_exchange *exchange)
{
    if (!renew(transfer)) {
        return false;
    }
    transfer->is_used = true;
    transfer->exchange = *exchange;
    transfer->reason[0] = '\0';
    transfer->result = CURLE_AGAIN;
    transfer->deadline =
        ent_deadline_in(exchange->runtime, exchange->request->timeout_ms);
    if (ent_curl_set_request(transfer->easy, &transfer->exchange) &&
        curl_multi_add_handle(multi, transfer->easy) == CURLM_OK) {
        return true;
    }
    ent_curl_transfer_end(transfer, multi);
    return false;
}

bool
ent_curl_transfer_is_late(const ent_curl_transfer *transfer)
{
    return transfer->result == CURLE_AGAIN &&
           ent_deadline_left_ms(&transfer->deadline) == 0;
}

void
ent_curl_transfer_end(ent_curl_transfer *transfer, CURLM *multi)
{
    (void)curl_multi_remove_handle(multi, transfer->easy);
    transfer->result = CURLE_OK;
    ent_curl_forget_request(transfer->easy, &transfer->exchange);
}
