/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/clock_offset.h"
#include "aws/user_agent.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "diagnosis/examination.h"
#include "diagnosis/proxy.h"
#include "http/curl_journey.h"
#include "http/response.h"
#include "http/transport.h"

#include <inttypes.h>
#include <stddef.h>

enum { CONNECT_TIMEOUT_MS = 3100, TIMEOUT_MS = 10000, EXPIRES_SOON_S = 7 * 86400 };

/* One request to the endpoint, and how it went. */
typedef struct probe {
    ent_examination *examination;
    entitle_diagnosis *diagnosis;
    const char *host;
    ent_proxy proxy;
    entitle_response response;
    entitle_status status;
    entitle_error error;
    ent_journey journey;
    int64_t round_trip_ms;
    int64_t received_ms;
} probe;

/* A CA bundle that cannot be used shows itself only here. */
static bool
is_tls_failure(entitle_status status)
{
    return status == ENTITLE_TLS_ERROR || status == ENTITLE_CONFIGURATION;
}

/* Whether such an end means that there was a connection. */
static bool
has_met_somebody(entitle_status status)
{
    return status == ENTITLE_OK || status == ENTITLE_TIMEOUT ||
           status == ENTITLE_BAD_RESPONSE || is_tls_failure(status);
}

/*
 * Without credentials and without an operation: the service refuses it, which is fine.
 */
static void
send(probe *self)
{
    const ent_examination *examination = self->examination;
    const entitle_runtime *runtime = examination->runtime;
    int64_t started_ms = runtime->monotonic_ms(runtime->context);
    char user_agent[ENT_USER_AGENT_SIZE];
    const entitle_header headers[] = { { "user-agent", user_agent } };
    const entitle_request request = {
        .method = "GET",
        .url = examination->endpoint->text,
        .headers = headers,
        .header_count = 1,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .timeout_ms = TIMEOUT_MS,
    };

    ent_user_agent(runtime, user_agent);
    self->status = ent_transport_perform(
        examination->transport, &request, &self->response, &self->error);
    self->received_ms = runtime->wall_ms(runtime->context);
    self->round_trip_ms = runtime->monotonic_ms(runtime->context) - started_ms;
    if (examination->is_curl) {
        ent_journey_read(examination->transport, &self->journey);
    }
    /* libcurl tells nothing of a connection that it kept, or that failed in TLS. */
    self->journey.is_resolved |= has_met_somebody(self->status);
    self->journey.is_connected |= has_met_somebody(self->status);
}

static void
judge_proxy(const probe *self)
{
    if (self->proxy.variable == NULL) {
        ent_find_ok(self->diagnosis, "proxy", "none");
    } else if (!self->examination->endpoint->url.is_https) {
        ent_find_ok(self->diagnosis, "proxy", "none: plain http never takes one");
    } else if (self->journey.is_through_proxy) {
        ent_find_ok(
            self->diagnosis,
            "proxy",
            "through %s, from %s",
            self->proxy.host,
            self->proxy.variable);
    } else if (self->status == ENTITLE_OK) {
        ent_find_ok(
            self->diagnosis,
            "proxy",
            "none for this host, although %s names %s",
            self->proxy.variable,
            self->proxy.host);
    } else {
        ent_find_warning(
            self->diagnosis,
            "proxy",
            "check that the proxy is up and allows CONNECT to the endpoint, or add the "
            "endpoint to no_proxy",
            "%s names %s, and there was no answer",
            self->proxy.variable,
            self->proxy.host);
    }
}

/* Each stage is told of only where the one before it was passed. */
static bool
judge_connection(const probe *self)
{
    const ent_journey *journey = &self->journey;

    if (self->examination->is_curl && !journey->is_resolved) {
        ent_find_error(self->diagnosis, "dns", &self->error);
        return false;
    }
    if (self->examination->is_curl) {
        ent_find_ok(
            self->diagnosis,
            "dns",
            "%s is resolved",
            journey->is_through_proxy ? self->proxy.host
                                      : self->examination->endpoint->url.host);
    }
    if (!journey->is_connected) {
        ent_find_error(self->diagnosis, "connection", &self->error);
        return false;
    }
    ent_find_ok(
        self->diagnosis,
        "connection",
        "%s%s%s takes connections",
        self->host,
        journey->address[0] != '\0' ? " at " : "",
        journey->address);
    return true;
}

static void
judge_certificate(const probe *self)
{
    const ent_journey *journey = &self->journey;
    char until[ENT_TIMESTAMP_SIZE] = "?";

    if (journey->has_expiry) {
        ent_timestamp_iso(journey->expires_at_s, until);
    }
    if (journey->has_expiry &&
        journey->expires_at_s <
            ent_now_s(self->examination->runtime) + EXPIRES_SOON_S) {
        ent_find_warning(
            self->diagnosis,
            "tls",
            "have whoever runs the endpoint or the proxy renew the certificate",
            "verified, but the certificate ends at %s",
            until);
        return;
    }
    ent_find_ok(
        self->diagnosis,
        "tls",
        "verified%s%s, until %s",
        journey->issuer[0] != '\0' ? ", issued by " : "",
        journey->issuer,
        until);
}

static bool
judge_tls(const probe *self)
{
    if (!self->examination->endpoint->url.is_https) {
        ent_find_ok(self->diagnosis, "tls", "none: plain http to this machine");
    } else if (is_tls_failure(self->status)) {
        ent_find_error(self->diagnosis, "tls", &self->error);
        return false;
    } else if (self->status == ENTITLE_OK) {
        judge_certificate(self);
    }
    if (self->status != ENTITLE_OK) {
        ent_find_error(self->diagnosis, "answer", &self->error);
        return false;
    }
    ent_find_ok(
        self->diagnosis,
        "answer",
        "HTTP %" PRId32 " to a request without credentials",
        self->response.http_status);
    return true;
}

static void
judge_clock(const probe *self)
{
    int64_t offset_ms = 0;

    if (!ent_clock_offset_measure(
            &self->response, self->received_ms, self->round_trip_ms, &offset_ms)) {
        ent_find_ok(self->diagnosis, "clock", "not compared: the answer has no date");
        return;
    }
    if (offset_ms > -ENT_CLOCK_SKEW_MS && offset_ms < ENT_CLOCK_SKEW_MS) {
        ent_find_ok(
            self->diagnosis,
            "clock",
            "%" PRId64 " s from the service's",
            offset_ms < 0 ? -offset_ms / 1000 : offset_ms / 1000);
        return;
    }
    ent_find_warning(
        self->diagnosis,
        "clock",
        "let the machine keep time (NTP); entitle corrects its own requests only",
        "%" PRId64 " s %s the service's",
        offset_ms < 0 ? -offset_ms / 1000 : offset_ms / 1000,
        offset_ms < 0 ? "ahead of" : "behind");
}

void
ent_examine_connection(ent_examination *examination)
{
    char host[ENT_HOST_LIMIT + 8];
    probe self = {
        .examination = examination,
        .diagnosis = examination->diagnosis,
        .host = host,
        .proxy = ent_proxy_of_environment(examination->runtime),
    };

    if (examination->endpoint == NULL || examination->transport == NULL) {
        return;
    }
    ent_url_host_header(&examination->endpoint->url, host);
    ent_response_init(&self.response, examination->runtime);
    if (examination->is_curl) {
        ent_journey_watch(examination->transport);
    }
    send(&self);
    judge_proxy(&self);
    if (judge_connection(&self) && judge_tls(&self)) {
        judge_clock(&self);
    }
    ent_response_clear(&self.response);
}
