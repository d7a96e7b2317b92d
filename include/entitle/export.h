/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_EXPORT_H
#define ENTITLE_EXPORT_H

/*
 * The library is compiled with hidden visibility. Everything declared between
 * ENTITLE_BEGIN_DECLS and ENTITLE_END_DECLS is exported, and nothing else is.
 */
#if defined(__cplusplus)
#    define ENTITLE_EXTERN_C_BEGIN extern "C" {
#    define ENTITLE_EXTERN_C_END   }
#else
#    define ENTITLE_EXTERN_C_BEGIN
#    define ENTITLE_EXTERN_C_END
#endif

#if defined(__GNUC__)
#    define ENTITLE_BEGIN_DECLS                                                        \
        _Pragma("GCC visibility push(default)") ENTITLE_EXTERN_C_BEGIN
#    define ENTITLE_END_DECLS ENTITLE_EXTERN_C_END _Pragma("GCC visibility pop")
/* The result must be looked at: ignoring it is reported by the compiler. */
#    define ENTITLE_CHECKED __attribute__((warn_unused_result))
#else
#    define ENTITLE_BEGIN_DECLS ENTITLE_EXTERN_C_BEGIN
#    define ENTITLE_END_DECLS   ENTITLE_EXTERN_C_END
#    define ENTITLE_CHECKED
#endif

#endif
