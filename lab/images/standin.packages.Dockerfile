# SPDX-License-Identifier: GPL-3.0-or-later
# The stand-in's base: Debian's Python and the pinned wheels. All lines from `COPY acp_standin` on follow from standin/Dockerfile.
ARG SLIM
FROM ${SLIM}
COPY site-packages /usr/local/lib/python3.11/dist-packages
# Compiled here: the containers' root file systems are read-only, so each start would compile all of it again.
RUN python3 -m compileall -q /usr/lib/python3.11 /usr/local/lib/python3.11/dist-packages
