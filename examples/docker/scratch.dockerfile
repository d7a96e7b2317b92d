# SPDX-License-Identifier: Apache-2.0
#
# A gate in an image that has nothing else: `tools/bundle bundle` has made the folder with all
# that it loads, docs/bundle.md. The build context holds `bundle`, and `your-program`, linked
# statically.
FROM scratch
COPY bundle /entitle
COPY your-program /your-program
ENTRYPOINT ["/entitle/entitle", "run", "--", "/your-program"]
