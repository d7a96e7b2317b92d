/* SPDX-License-Identifier: Apache-2.0 */
/* What libentitle-meter calls of libpq. */
#include "failing_table.h"

#include <libpq-fe.h>

/* clang-format off */
FAILING(PQcancel, int, (PGcancel *cancel, char *message, int size), (cancel, message, size), (message[0] = '\0', 0))
FAILING(PQconndefaults, PQconninfoOption *, (void), (), NULL)
FAILING(PQconnectdbParams, PGconn *, (const char *const *names, const char *const *values, int expand), (names, values, expand), NULL)
FAILING(PQconninfoParse, PQconninfoOption *, (const char *text, char **message), (text, message), (*message = NULL, NULL))
FAILING(PQconsumeInput, int, (PGconn *connection), (connection), 0)
FAILING(PQflush, int, (PGconn *connection), (connection), -1)
FAILING(PQgetCancel, PGcancel *, (PGconn *connection), (connection), NULL)
FAILING(PQgetResult, PGresult *, (PGconn *connection), (connection), NULL)
FAILING(PQsendPrepare, int, (PGconn *connection, const char *name, const char *text, int count, const Oid *types), (connection, name, text, count, types), 0)
FAILING(PQsendQuery, int, (PGconn *connection, const char *text), (connection, text), 0)
FAILING(PQsendQueryPrepared, int, (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats, int format), (connection, name, count, values, lengths, formats, format), 0)
FAILING(PQsetSingleRowMode, int, (PGconn *connection), (connection), 0)
FAILING(PQsetnonblocking, int, (PGconn *connection, int is_wanted), (connection, is_wanted), -1)
/* clang-format on */
