# SPDX-License-Identifier: Apache-2.0
#
# A gate in an image of Debian, with Debian's own libraries, which it keeps up to date. The
# build context holds this repository as `entitle`, the folder `keys`, and `your-program`.
FROM debian:12 AS entitle
COPY entitle /src
COPY keys /keys
ARG SEAL="-DENTITLE_SEALED_PRODUCT_CODE=cqcvf9f0ugw8rkbgmf1c9dxyz -DENTITLE_SEALED_KEYS=/keys"
RUN /src/tools/install-packages build \
 && cmake -S /src -B /build -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
      -DENTITLE_BUILD_SANDBOX=OFF -DENTITLE_BUILD_EXAMPLES=OFF $SEAL \
 && cmake --build /build --parallel "$(nproc)" && cmake --install /build --prefix /usr/local --strip

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libssl3 libcurl4 libcjson1 libexpat1 ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=entitle /usr/local/bin/entitle /usr/local/bin/
COPY your-program /usr/local/bin/
USER 65532
ENTRYPOINT ["entitle", "run", "--", "your-program"]
