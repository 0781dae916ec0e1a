# SPDX-License-Identifier: GPL-3.0-or-later
# redis-server 6.2.11 from a Java package on a base of Debian's packages, which brings redis-cli and RediSearch 1.2.2.
ARG SLIM
FROM ${SLIM}
COPY redis-server /usr/local/bin/redis-server
# The base has Debian's redis-server 7.0 too, because redis-redisearch depends on it: it must not be started by mistake.
RUN rm -f /usr/bin/redis-server /usr/bin/redis-check-rdb /usr/bin/redis-check-aof && \
    ln /usr/lib/redis/modules/redisearch.so /usr/lib/redis/redisearch.so && \
    mkdir -p /data && chown 999:999 /data
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /data
USER 999:999
CMD ["redis-server"]
