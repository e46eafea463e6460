# A small image with the one binary; docs/howto/install.md.
FROM swift:6.3-bookworm AS build
WORKDIR /weir
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product weir -Xlinker -s \
    && install -D "$(swift build -c release --show-bin-path)/weir" /image/usr/bin/weir

FROM debian:12-slim
# The roots that TLS to AWS and to exec plugins' endpoints is checked against.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /image/ /
USER 65532:65532
EXPOSE 8080 8090
ENTRYPOINT ["/usr/bin/weir"]
CMD ["controller"]
