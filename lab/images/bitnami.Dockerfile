# SPDX-License-Identifier: GPL-3.0-or-later
# The laboratory's Redis, started as Bitnami's chart redis-cluster starts its image. Base: the Redis image, which has bash.
ARG REDIS
FROM ${REDIS}
COPY entrypoint.sh run.sh /opt/bitnami/scripts/redis-cluster/
USER 1001:0
ENTRYPOINT ["/opt/bitnami/scripts/redis-cluster/entrypoint.sh"]
CMD ["/opt/bitnami/scripts/redis-cluster/run.sh"]
