#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What Bitnami's chart redis-cluster expects of its image, from 7.6.4 on: a Redis that is configured by these variables, and one
# pod that forms the cluster. Of our own making, for the laboratory. It does not find peers whose addresses all changed at once.
set -euo pipefail

etc=/opt/bitnami/redis/etc data=/bitnami/redis/data
tls=${REDIS_TLS_ENABLED:-no}
if [ "$tls" = yes ]; then port=${REDIS_TLS_PORT_NUMBER:-${REDIS_TLS_PORT:-6379}}; else port=${REDIS_PORT_NUMBER:-${REDIS_PORT:-6379}}; fi
password=${REDIS_PASSWORD:-}
if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then password=$(<"$REDIS_PASSWORD_FILE"); fi

# The chart's file binds the loopback address only, and knows no password.
{
  printf 'include %s\n' "$etc/redis.conf"
  printf 'bind 0.0.0.0\ndir %s\nappendonly %s\ncluster-announce-ip %s\n' "$data" "${REDIS_AOF_ENABLED:-yes}" "$(hostname -i)"
  if [ "$tls" = yes ]; then
    printf 'port 0\ntls-port %s\ntls-cluster yes\ntls-replication yes\ntls-auth-clients %s\n' "$port" "${REDIS_TLS_AUTH_CLIENTS:-yes}"
    printf 'tls-cert-file %s\ntls-key-file %s\ntls-ca-cert-file %s\n' "$REDIS_TLS_CERT_FILE" "$REDIS_TLS_KEY_FILE" "$REDIS_TLS_CA_FILE"
  else
    printf 'port %s\n' "$port"
  fi
  if [ "${ALLOW_EMPTY_PASSWORD:-no}" = yes ]; then
    printf 'protected-mode no\n'
  else
    quoted=${password//\\/\\\\}
    printf 'requirepass "%s"\nmasterauth "%s"\n' "${quoted//\"/\\\"}" "${quoted//\"/\\\"}"
  fi
} >"$etc/run.conf"

if [ "${REDIS_CLUSTER_CREATOR:-no}" != yes ] || [ -e "$data/nodes.conf" ]; then exec redis-server "$etc/run.conf"; fi

redis-server "$etc/run.conf" &
server=$!
trap 'kill "$server"' TERM INT
export REDISCLI_AUTH=$password
cli=(redis-cli -p "$port")
if [ "$tls" = yes ]; then cli+=(--tls --cacert "$REDIS_TLS_CA_FILE" --cert "$REDIS_TLS_CERT_FILE" --key "$REDIS_TLS_KEY_FILE"); fi
addresses=()
for node in $REDIS_NODES; do
  until address=$(getent hosts "$node" | cut -d' ' -f1) && [ -n "$address" ] && [ "$("${cli[@]}" -h "$address" ping 2>/dev/null)" = PONG ]; do
    echo "waiting for $node"
    sleep 1
  done
  addresses+=("$address:$port")
done
"${cli[@]}" --cluster create "${addresses[@]}" --cluster-replicas "${REDIS_CLUSTER_REPLICAS:-1}" --cluster-yes
code=0
wait "$server" || code=$?
if kill -0 "$server" 2>/dev/null; then wait "$server" || code=$?; fi  # the first wait ended with the signal
exit "$code"
