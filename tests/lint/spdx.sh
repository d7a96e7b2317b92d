#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: spdx.sh ROOT
#
# Every source file says its licence in its first two lines.
set -euo pipefail
cd "$1"
status=0

while IFS= read -r -d '' file; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2\.0' && continue
    echo "$file: no SPDX-License-Identifier: Apache-2.0 at its top"
    status=1
done < <(find CMakeLists.txt .ci include src tools tests examples -type f \( -name '*.[ch]' -o -name '*.[ch].in' \
    -o -name '*.cpp' -o -name '*.awk' -o -name '*.cmake' -o -name CMakeLists.txt -o -executable \) -print0)
exit "$status"
