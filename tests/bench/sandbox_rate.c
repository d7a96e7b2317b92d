/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How many RegisterUsage a sandbox answers on kept-alive connections in that time.
 *
 *     sandbox_rate URL PRODUCT_CODE SECONDS
 *
 * Requests are signed by libcurl, with the sandbox's default access key. Two
 * connections keep the sandbox busy while an answer is on its way.
 */
#include <curl/curl.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CONNECTIONS = 2 };

typedef struct worker {
    pthread_t thread;
    const char *url;
    const char *body;
    double until_s;
    unsigned long answered;
    bool failed;
} worker;

static double
now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t
discard(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static void *
work(void *context)
{
    worker *self = context;
    struct curl_slist *headers = NULL;
    CURL *curl = curl_easy_init();

    headers = curl_slist_append(headers, "Content-Type: application/x-amz-json-1.1");
    headers =
        curl_slist_append(headers, "X-Amz-Target: AWSMPMeteringService.RegisterUsage");
    curl_easy_setopt(curl, CURLOPT_URL, self->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, self->body);
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:aws-marketplace");
    curl_easy_setopt(curl, CURLOPT_USERNAME, "AKIAIOSFODNN7EXAMPLE");
    curl_easy_setopt(
        curl, CURLOPT_PASSWORD, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    while (now_s() < self->until_s && !self->failed) {
        long status = 0;
        self->failed = curl_easy_perform(curl) != CURLE_OK ||
                       curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != 0 ||
                       status != 200;
        self->answered += !self->failed;
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return NULL;
}

int
main(int count, char **arguments)
{
    worker workers[CONNECTIONS] = { 0 };
    unsigned long answered = 0;
    bool failed = false;
    char body[512];
    double started_s;

    if (count != 4) {
        fprintf(stderr, "usage: sandbox_rate URL PRODUCT_CODE SECONDS\n");
        return 64;
    }
    snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1,\"Nonce\":\"benchmark\"}",
        arguments[2]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    started_s = now_s();
    for (size_t i = 0; i < CONNECTIONS; i++) {
        workers[i].url = arguments[1];
        workers[i].body = body;
        workers[i].until_s = started_s + strtod(arguments[3], NULL);
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            return 71;
        }
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        pthread_join(workers[i].thread, NULL);
        answered += workers[i].answered;
        failed = failed || workers[i].failed;
    }
    if (failed) {
        fprintf(stderr, "sandbox_rate: a request failed\n");
        return 70;
    }
    printf("%lu\n", answered);
    return 0;
}
