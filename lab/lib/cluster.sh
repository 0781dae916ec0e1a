# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The kind cluster: made when there is none that serves, removed, proven.

nodes() { docker ps "$@" --filter "label=io.x-k8s.kind.cluster=$cluster" --format '{{.Names}}'; }

# healthy: all nodes run and the API server says that they are Ready; otherwise the reason on standard output.
healthy() {
  local all running
  if ! all=$(nodes -a) || ! running=$(nodes); then echo "the engine does not answer"; return 1; fi
  [ -n "$all" ] || { echo "there is none"; return 1; }
  [ "$all" = "$running" ] || { echo "a node's container has stopped"; return 1; }
  kubectl --request-timeout=10s get --raw /readyz >/dev/null 2>&1 || { echo "its API server does not answer"; return 1; }
  kubectl --request-timeout=40s wait --for=condition=Ready nodes --all --timeout=30s >/dev/null 2>&1 || { echo "a node is not Ready"; return 1; }
}
# usable: healthy, made from today's node image, and of as many nodes as asked for.
usable() {
  local image want=${LAB_WORKERS:-}
  healthy || return 1
  image=$(docker image inspect -f '{{.Id}}' "$(node_image)") || { echo "the node image is gone"; return 1; }
  [ "$(docker inspect -f '{{.Image}}' "$cluster-control-plane")" = "$image" ] || { echo "it was made from another node image"; return 1; }
  [ -z "$want" ] || [ "$(nodes | wc -l)" = $((want + 1)) ] || { echo "it has not the $want workers asked for"; return 1; }
}

cluster_up() {
  local reason
  if reason=$(usable); then there "cluster"; return; fi
  say "     making  cluster: $reason"
  step cluster "cluster Ready" create
}
delete() {
  local id
  kind delete cluster --name "$cluster" && return
  for id in $(docker ps -aq --no-trunc --filter "label=io.x-k8s.kind.cluster=$cluster"); do thaw "$id"; done
  kind delete cluster --name "$cluster"
}
create() {
  delete
  if [ "$mode" = packages ]; then export KIND_EXPERIMENTAL_DOCKER_NETWORK=$network; fi
  kind_config >"$state/tmp/kind.yaml"
  kind create cluster --name "$cluster" --image "$(node_image)" --config "$state/tmp/kind.yaml" --kubeconfig "$KUBECONFIG" --wait 180s
  [ "$mode" = stock ] || routes
  kubectl wait --for=condition=Ready nodes --all --timeout=120s
}
kind_config() {
  local i
  printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
  if [ "$mode" = packages ]; then
    # Our node brings its own CNI configuration, and another CoreDNS than kubeadm's default.
    printf 'networking: {disableDefaultCNI: true}\n'
    printf 'kubeadmConfigPatches:\n- |\n  kind: ClusterConfiguration\n  dns: {imageTag: %s}\n' "$COREDNS_TAG"
  fi
  printf 'nodes:\n- role: control-plane\n'
  for ((i = 0; i < ${LAB_WORKERS:-0}; i++)); do printf -- '- role: worker\n'; done
}
# What a CNI daemon would do: each node reaches the others' pods by the others' addresses.
routes() {
  local from name cidr address
  kubectl get nodes -o json |
    jq -r '.items[] | [.metadata.name, .spec.podCIDR, (.status.addresses[] | select(.type == "InternalIP").address)] | @tsv' >"$state/tmp/nodes"
  while read -r from _; do
    while read -r name cidr address; do
      [ "$from" = "$name" ] || docker exec "$from" ip route replace "$cidr" via "$address" </dev/null
    done <"$state/tmp/nodes"
  done <"$state/tmp/nodes"
}

# take_down MODE: the cluster, and the engine if it is ours.
take_down() {
  if docker info >/dev/null 2>&1 && [ -e "$bin/kind" ]; then step clean "cluster removed" delete; fi
  if [ "$1" = stock ]; then rm -f "$socket"
  elif [ -d "$engine" ]; then step stop "container engine stopped" engine_stop; fi
}
