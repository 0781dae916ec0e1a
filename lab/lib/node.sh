# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The node image of the packages mode: Debian, kind's base files, Kubernetes, and all system images in it.

node_image() {
  [ "$mode" = packages ] || { printf '%s' "$STOCK_NODE_IMAGE"; return; }
  printf 'lab.invalid/node:%s' "$( {
    base_image; slim_image; programs_key; declare -f build_node; digest node images/system.Dockerfile images/pause.Dockerfile
    echo "$K8S_VERSION $ETCD_TAG $COREDNS_TAG $PAUSE_TAG"
  } | key)"
}
node() {
  local image
  image=$(node_image)
  if docker image inspect "$image" >/dev/null 2>&1; then there "node image"; return; fi
  step node "node image" build_node "$image"
}

build_node() {
  local work=$state/tmp/node container name
  rm -rf "$work"; mkdir -p "$work/bin"
  # One image for all system programs and one for pause; both go into the node's containerd under the names kubeadm asks for.
  for name in hyperkube etcd coredns local-path-provisioner pause; do ln "$bin/$name" "$work/bin/" || cp "$bin/$name" "$work/bin/"; done
  docker build -q -t lab.invalid/system:build --build-arg "SLIM=$(slim_image)" -f "$lab/images/system.Dockerfile" "$work/bin"
  docker build -q -t lab.invalid/pause:build -f "$lab/images/pause.Dockerfile" "$work/bin"
  docker save -o "$work/images.tar" lab.invalid/system:build lab.invalid/pause:build
  cp -r "$lab/node" "$work/node"; cp -r "$bin/kind-files" "$bin/default-storage.yaml" "$work/"
  printf '%s=%s\n' k8s_version "$K8S_VERSION" etcd_tag "$ETCD_TAG" coredns_tag "$COREDNS_TAG" pause_tag "$PAUSE_TAG" >"$work/versions"
  # The node is finished inside its own Debian: its containerd imports the images. The stop signal is systemd's own.
  container=$(docker create --network none --stop-signal SIGRTMIN+3 -v "$work:/work:ro" "$(base_image)" bash /work/node/assemble.sh)
  docker start -a "$container"
  docker commit -c 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' -c 'CMD []' -c 'ENV container=docker' "$container" "$1"
  docker rm -v "$container"
  rm -rf "$work"
}
