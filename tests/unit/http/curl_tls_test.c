/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_journey.h"
#include "http/response.h"
#include "http/transport.h"
#include "support/cmocka.h"
#include "support/effort.h"
#include "support/fake_runtime.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A TLS server on 127.0.0.1 that answers one connection. */
typedef struct tls_server {
    SSL_CTX *context;
    X509 *certificate;
    int listener;
    uint16_t port;
    bool is_proxy; /* and, once asked to CONNECT, the server behind it, too */
    pthread_t thread;
} tls_server;

static X509 *
make_certificate(EVP_PKEY *key, const char *alternative_name, long lasts_s)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_EXTENSION *extension;

    assert_non_null(certificate);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), lasts_s);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative_name);
    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

/* Takes the request to CONNECT, and says of itself what is no part of the answer. */
static bool
serve_as_proxy(int connection)
{
    static const char reply[] = "HTTP/1.1 201 Connected\r\nX-Proxy: yes\r\n\r\n";
    char request[4096] = "";
    size_t length = 0;

    while (strstr(request, "\r\n\r\n") == NULL) {
        ssize_t got =
            recv(connection, request + length, sizeof(request) - 1 - length, 0);
        if (got <= 0) {
            return false;
        }
        length += (size_t)got;
        request[length] = '\0';
    }
    return strncmp(request, "CONNECT ", 8) == 0 &&
           send(connection, reply, sizeof(reply) - 1, 0) == sizeof(reply) - 1;
}

static void *
serve(void *context)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    tls_server *server = context;
    int connection = accept(server->listener, NULL, NULL);
    SSL *ssl = SSL_new(server->context);
    char request[4096];

    SSL_set_fd(ssl, connection);
    if ((!server->is_proxy || serve_as_proxy(connection)) && SSL_accept(ssl) == 1 &&
        SSL_read(ssl, request, sizeof(request)) > 0) {
        SSL_write(ssl, reply, sizeof(reply) - 1);
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    (void)close(connection);
    return NULL;
}

static void
start(tls_server *server, const char *name, long lasts_s, int highest_version)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    EVP_PKEY *key = EVP_EC_gen("P-256");

    server->certificate = make_certificate(key, name, lasts_s);
    server->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(server->context, 0);
    SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(server->context, highest_version);
    assert_int_equal(SSL_CTX_use_certificate(server->context, server->certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, key), 1);
    EVP_PKEY_free(key);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(
        getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(listen(server->listener, 1), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void
stop(tls_server *server)
{
    /* For a client that never came. */
    (void)shutdown(server->listener, SHUT_RD);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->listener);
    SSL_CTX_free(server->context);
    X509_free(server->certificate);
}

static void
write_bundle(const tls_server *server, char path[64])
{
    int descriptor;
    FILE *file;

    (void)snprintf(path, 64, "/tmp/entitle-ca-XXXXXX");
    descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, server->certificate), 1);
    assert_int_equal(fclose(file), 0);
}

/* What came back of the last get(). */
static int32_t last_http_status;
static bool last_is_of_proxy;

static entitle_status
get(uint16_t port, const char *ca_bundle, ent_journey *journey, entitle_error *error)
{
    fake_runtime fake;
    const entitle_curl_options options = {
        .struct_size = sizeof(options),
        .runtime = &fake.runtime,
        .ca_bundle = ca_bundle,
    };
    char url[64];
    long limit_ms = number_by_effort(60000, 5000, 5000);
    const entitle_request request = {
        .method = "GET",
        .url = url,
        .connect_timeout_ms = limit_ms,
        .timeout_ms = limit_ms,
        .direct = getenv("https_proxy") == NULL,
    };
    entitle_transport *transport = NULL;
    entitle_response response;
    entitle_status status;

    fake_runtime_init(&fake);
    (void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
    assert_int_equal(
        entitle_transport_new_curl(&options, &transport, NULL), ENTITLE_OK);
    ent_response_init(&response, &fake.runtime);
    ent_journey_watch(transport);
    status = ent_transport_perform(transport, &request, &response, error);
    ent_journey_read(transport, journey);
    last_http_status = response.http_status;
    last_is_of_proxy = ent_response_header(&response, "x-proxy") != NULL;
    ent_response_clear(&response);
    entitle_transport_free(transport);
    return status;
}

typedef struct tls_case {
    const char *name;
    const char *alternative_name;
    long lasts_s;
    int highest_version;
    bool is_trusted;
    entitle_status want;
} tls_case;

static void
curl_verifies_the_server(void **state)
{
    static const tls_case cases[] = {
        { "trusted", "IP:127.0.0.1", 86400, TLS1_3_VERSION, true, ENTITLE_OK },
        { "TLS 1.2", "IP:127.0.0.1", 86400, TLS1_2_VERSION, true, ENTITLE_OK },
        { "TLS 1.1", "IP:127.0.0.1", 86400, TLS1_1_VERSION, true, ENTITLE_TLS_ERROR },
        { "untrusted",
          "IP:127.0.0.1",
          86400,
          TLS1_3_VERSION,
          false,
          ENTITLE_TLS_ERROR },
        { "expired", "IP:127.0.0.1", -3600, TLS1_3_VERSION, true, ENTITLE_TLS_ERROR },
        { "of another",
          "IP:127.0.0.2",
          86400,
          TLS1_3_VERSION,
          true,
          ENTITLE_TLS_ERROR },
        { "of a name",
          "DNS:localhost",
          86400,
          TLS1_3_VERSION,
          true,
          ENTITLE_TLS_ERROR },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const tls_case *each = &cases[i];
        entitle_error error = { 0 };
        char bundle[64];
        tls_server server = { .is_proxy = false };
        ent_journey journey;

        print_message("  %s\n", each->name);
        start(&server, each->alternative_name, each->lasts_s, each->highest_version);
        write_bundle(&server, bundle);
        entitle_status status =
            get(server.port, each->is_trusted ? bundle : NULL, &journey, &error);
        assert_int_equal(unlink(bundle), 0);
        stop(&server);

        assert_int_equal(status, each->want);
        assert_int_equal(error.hint[0] != '\0', each->want != ENTITLE_OK);
        assert_true(journey.is_resolved);
        /* libcurl forgets a connection that came no further than TLS. */
        assert_int_equal(journey.is_connected, each->want == ENTITLE_OK);
        assert_false(journey.is_through_proxy);
        assert_true(!journey.is_connected || strcmp(journey.address, "127.0.0.1") == 0);
        if (each->want == ENTITLE_OK) {
            assert_true(journey.has_expiry && journey.issuer[0] != '\0');
        }
    }
}

static void
curl_cannot_use_a_bundle_without_certificates(void **state)
{
    entitle_error error = { 0 };
    ent_journey journey;

    (void)state;
    char path[] = "/tmp/entitle-ca-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "nothing\n", 8), 8);
    assert_int_equal(close(descriptor), 0);
    tls_server server = { .is_proxy = false };
    start(&server, "IP:127.0.0.1", 86400, TLS1_3_VERSION);

    entitle_status status = get(server.port, path, &journey, &error);
    assert_int_equal(unlink(path), 0);
    stop(&server);

    assert_int_equal(status, ENTITLE_CONFIGURATION);
    assert_non_null(strstr(error.hint, "AWS_CA_BUNDLE"));
}

static void
curl_tells_the_server_from_the_proxy_before_it(void **state)
{
    tls_server server = { .is_proxy = true };
    entitle_error error = { 0 };
    ent_journey journey;
    char bundle[64];
    char proxy[64];

    (void)state;
    start(&server, "IP:127.0.0.1", 86400, TLS1_3_VERSION);
    write_bundle(&server, bundle);
    (void)snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", server.port);
    assert_int_equal(setenv("https_proxy", proxy, 1), 0);
    entitle_status status = get(443, bundle, &journey, &error);
    assert_int_equal(unsetenv("https_proxy"), 0);
    assert_int_equal(unlink(bundle), 0);
    stop(&server);

    if (status != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(last_http_status, 200);
    assert_false(last_is_of_proxy);
    assert_true(journey.is_through_proxy);
}

/*
 * OpenSSL itself refuses TLS 1.1 at its usual settings. With these, read when it is
 * first used, only what the transport asks for is left to refuse it.
 */
static bool
weaken_openssl(char path[])
{
    static const char settings[] =
        "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\n"
        "system_default = weak\n[weak]\n"
        "MinProtocol = TLSv1\n"
        "CipherString = DEFAULT:@SECLEVEL=0\n";
    const ssize_t length = sizeof(settings) - 1;
    int descriptor = mkstemp(path);
    bool is_written =
        descriptor >= 0 && write(descriptor, settings, sizeof(settings) - 1) == length;

    (void)close(descriptor);
    return is_written && setenv("OPENSSL_CONF", path, 1) == 0;
}

int
main(void)
{
    char settings[] = "/tmp/entitle-openssl-XXXXXX";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curl_verifies_the_server),
        cmocka_unit_test(curl_cannot_use_a_bundle_without_certificates),
        cmocka_unit_test(curl_tells_the_server_from_the_proxy_before_it),
    };

    /* A client that refuses us goes while we still write. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (!weaken_openssl(settings)) {
        return 1;
    }
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(settings);
    return failures;
}
