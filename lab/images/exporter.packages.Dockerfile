# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's build of redis_exporter, which takes the same environment and flags as the image that charts name.
ARG SLIM
FROM ${SLIM}
USER 59000:59000
ENTRYPOINT ["/usr/bin/prometheus-redis-exporter"]
