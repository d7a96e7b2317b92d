/* SPDX-License-Identifier: Apache-2.0 */
/* What libentitle calls of OpenSSL, libcurl, cJSON and expat. */
#include "failing_table.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <expat.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdarg.h>

/* Macros that look at the types of what they hand on. */
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

/* As OpenSSL says it. */
#define WITHOUT_MEMORY(value) (ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE), (value))

/* clang-format off */
FAILING(EVP_Digest, int, (const void *bytes, size_t length, unsigned char *out, unsigned *out_length, const EVP_MD *kind, ENGINE *engine), (bytes, length, out, out_length, kind, engine), WITHOUT_MEMORY(0))
FAILING(EVP_MD_fetch, EVP_MD *, (OSSL_LIB_CTX *context, const char *name, const char *properties), (context, name, properties), WITHOUT_MEMORY(NULL))
FAILING(EVP_PKEY_CTX_dup, EVP_PKEY_CTX *, (const EVP_PKEY_CTX *context), (context), WITHOUT_MEMORY(NULL))
FAILING(EVP_PKEY_CTX_new_from_pkey, EVP_PKEY_CTX *, (OSSL_LIB_CTX *context, EVP_PKEY *key, const char *properties), (context, key, properties), WITHOUT_MEMORY(NULL))
FAILING(EVP_PKEY_CTX_set_rsa_mgf1_md, int, (EVP_PKEY_CTX *context, const EVP_MD *kind), (context, kind), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_CTX_set_rsa_padding, int, (EVP_PKEY_CTX *context, int padding), (context, padding), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_CTX_set_rsa_pss_saltlen, int, (EVP_PKEY_CTX *context, int length), (context, length), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_CTX_set_signature_md, int, (EVP_PKEY_CTX *context, const EVP_MD *kind), (context, kind), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_get_bn_param, int, (const EVP_PKEY *key, const char *name, BIGNUM **out), (key, name, out), WITHOUT_MEMORY(0))
FAILING(EVP_PKEY_verify, int, (EVP_PKEY_CTX *context, const unsigned char *signature, size_t signature_length, const unsigned char *digest, size_t digest_length), (context, signature, signature_length, digest, digest_length), WITHOUT_MEMORY(-1))
FAILING(EVP_PKEY_verify_init, int, (EVP_PKEY_CTX *context), (context), WITHOUT_MEMORY(0))
FAILING(HMAC, unsigned char *, (const EVP_MD *kind, const void *key, int key_length, const unsigned char *bytes, size_t length, unsigned char *out, unsigned *out_length), (kind, key, key_length, bytes, length, out, out_length), WITHOUT_MEMORY(NULL))
FAILING(d2i_AutoPrivateKey, EVP_PKEY *, (EVP_PKEY **out, const unsigned char **bytes, long length), (out, bytes, length), WITHOUT_MEMORY(NULL))
FAILING(d2i_PUBKEY, EVP_PKEY *, (EVP_PKEY **out, const unsigned char **bytes, long length), (out, bytes, length), WITHOUT_MEMORY(NULL))
FAILING(d2i_PublicKey, EVP_PKEY *, (int kind, EVP_PKEY **out, const unsigned char **bytes, long length), (kind, out, bytes, length), WITHOUT_MEMORY(NULL))
FAILING(d2i_X509, X509 *, (X509 **out, const unsigned char **bytes, long length), (out, bytes, length), WITHOUT_MEMORY(NULL))
FAILING(i2d_PUBKEY, int, (const EVP_PKEY *key, unsigned char **out), (key, out), WITHOUT_MEMORY(-1))
FAILING(i2d_PublicKey, int, (const EVP_PKEY *key, unsigned char **out), (key, out), WITHOUT_MEMORY(-1))

FAILING(XML_Parse, enum XML_Status, (XML_Parser parser, const char *bytes, int length, int is_final), (parser, bytes, length, is_final), XML_STATUS_ERROR)
FAILING(XML_StopParser, enum XML_Status, (XML_Parser parser, XML_Bool is_resumable), (parser, is_resumable), XML_STATUS_ERROR)

FAILING(cJSON_malloc, void *, (size_t size), (size), NULL)

FAILING(curl_easy_duphandle, CURL *, (CURL *easy), (easy), NULL)
FAILING(curl_easy_init, CURL *, (void), (), NULL)
FAILING(curl_global_init, CURLcode, (long flags), (flags), CURLE_FAILED_INIT)
FAILING(curl_multi_add_handle, CURLMcode, (CURLM *multi, CURL *easy), (multi, easy), CURLM_OUT_OF_MEMORY)
FAILING(curl_multi_init, CURLM *, (void), (), NULL)
FAILING(curl_multi_perform, CURLMcode, (CURLM *multi, int *running), (multi, running), CURLM_OUT_OF_MEMORY)
FAILING(curl_multi_poll, CURLMcode, (CURLM *multi, struct curl_waitfd *more, unsigned count, int timeout_ms, int *ready), (multi, more, count, timeout_ms, ready), CURLM_OUT_OF_MEMORY)
FAILING_AFTERWARDS(curl_multi_remove_handle, CURLMcode, (CURLM *multi, CURL *easy), (multi, easy), CURLM_INTERNAL_ERROR)
FAILING(curl_slist_append, struct curl_slist *, (struct curl_slist *list, const char *text), (list, text), NULL)
FAILING_SPECIALLY(curl_easy_getinfo)
FAILING_SPECIALLY(curl_easy_setopt)
FAILING_SPECIALLY(curl_multi_setopt)
/* clang-format on */

/* Whatever the argument, it is as wide as a pointer where these tests run. */
_Static_assert(
    sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *),
    "an argument of libcurl is handed on as a pointer");

CURLcode
failing_curl_easy_getinfo(CURL *easy, CURLINFO what, ...)
{
    va_list arguments;

    va_start(arguments, what);
    void *out = va_arg(arguments, void *);
    va_end(arguments);
    /* That one hands back what it was given. */
    return what != CURLINFO_PRIVATE && failing_call(FAILING_OWN, "curl_easy_getinfo")
               ? CURLE_UNKNOWN_OPTION
               : curl_easy_getinfo(easy, what, out);
}

CURLcode
failing_curl_easy_setopt(CURL *easy, CURLoption what, ...)
{
    va_list arguments;

    va_start(arguments, what);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return failing_call(FAILING_OWN, "curl_easy_setopt")
               ? CURLE_OUT_OF_MEMORY
               : curl_easy_setopt(easy, what, value);
}

CURLMcode
failing_curl_multi_setopt(CURLM *multi, CURLMoption what, ...)
{
    va_list arguments;

    va_start(arguments, what);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return failing_call(FAILING_OWN, "curl_multi_setopt")
               ? CURLM_UNKNOWN_OPTION
               : curl_multi_setopt(multi, what, value);
}
