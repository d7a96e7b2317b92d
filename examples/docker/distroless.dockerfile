# SPDX-License-Identifier: Apache-2.0
#
# A gate in an image without shell, package manager and libraries of its own: one folder has
# all that it loads, docs/bundle.md. The build context is that of debian-slim.dockerfile.
# `FROM scratch` or `FROM alpine` instead of distroless works as well.
FROM debian:12 AS entitle
COPY entitle /src
COPY keys /keys
ARG SEAL="-DENTITLE_SEALED_PRODUCT_CODE=cqcvf9f0ugw8rkbgmf1c9dxyz -DENTITLE_SEALED_KEYS=/keys"
RUN /src/tools/install-packages build source \
 && apt-get install -y --no-install-recommends ca-certificates \
 && cmake -S /src -B /build -DCMAKE_BUILD_TYPE=MinSizeRel -DBUILD_TESTING=OFF \
      -DENTITLE_BUILD_SANDBOX=OFF -DENTITLE_BUILD_EXAMPLES=OFF $SEAL \
 && /src/tools/bundle --lean --from /build /entitle

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=entitle /entitle /entitle
COPY your-program /your-program
ENTRYPOINT ["/entitle/entitle", "run", "--", "/your-program"]
