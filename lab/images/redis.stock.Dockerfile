# SPDX-License-Identifier: GPL-3.0-or-later
# The official image that carries the search module, with programs and module where the laboratory's examples expect them.
ARG BASE
FROM ${BASE}
RUN mkdir -p /usr/lib/redis /data && ln -s /opt/redis-stack/lib/redisearch.so /usr/lib/redis/redisearch.so && \
    ln -sf /opt/redis-stack/bin/redis-server /opt/redis-stack/bin/redis-cli /usr/local/bin/ && chown 999:999 /data
WORKDIR /data
USER 999:999
# The base starts all modules; charts start redis-server themselves and load what they are told.
ENTRYPOINT []
CMD ["redis-server"]
