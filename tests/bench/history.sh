#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: history.sh LEDGER ROWS
#
# Gives an empty ledger so many accepted records: of 2,000 dimensions, hour by hour before
# those that AWS still takes. Written past the library, which would need hours.
set -euo pipefail
[ $# = 2 ] || { sed -n 's/^# \{0,1\}//; 4,7p' "$0" >&2; exit 64; }

sqlite3 -bail "$1" >/dev/null <<SQL
PRAGMA synchronous = OFF;
BEGIN;
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
INSERT INTO usage_key (product_code, dimension, form, customer, license_arn, instance, added, accepted)
SELECT 'benchmarkproduct', printf('dimension%04d', i), 0, '', '', 'benchmark', $2 / 2000, $2 / 2000 FROM n;
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $2 - 1)
INSERT INTO record (key, hour, token, state, quantity, added, metering_record_id)
SELECT i % 2000 + 1, (unixepoch() / 3600 - 6 - $2 / 2000 + i / 2000) * 3600, '', 3, 1, 0,
    printf('01234567-89ab-4cde-8f01-%012x', i) FROM n;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
SQL
