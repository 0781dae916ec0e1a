#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs once, in a container of the node's Debian, and makes a kind node of it. /work holds what it is made of.
set -euo pipefail
k8s_version='' etcd_tag='' coredns_tag='' pause_tag=''
# shellcheck disable=SC1091  # written by build_node
. /work/versions
files=/work/kind-files units=/etc/systemd/system

# --- what kind's own image build removes, adds and enables
rm -f /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service /lib/systemd/system/multi-user.target.wants/* \
  $units/*.wants/* /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >>/etc/systemd/journald.conf
mkdir -p /kind/bin /kind/manifests /etc/containerd /etc/kubernetes/manifests /etc/cni/net.d $units/kubelet.service.d /var/lib/kubelet
install -m755 $files/usr/local/bin/entrypoint /usr/local/bin/entrypoint
install -m755 $files/kind/bin/* /kind/bin/
install -m644 $files/etc/default/* /etc/default/
install -m644 $files/etc/sysctl.d/* /etc/sysctl.d/
install -m644 $files/etc/systemd/system/{containerd,kubelet,undo-mount-hacks}.service $files/etc/systemd/system/kubelet.slice $units/
install -m644 $files/etc/systemd/system/kubelet.service.d/* $units/kubelet.service.d/
sed -i 's#/usr/local/bin/containerd#/usr/bin/containerd#' $units/containerd.service
install -m644 /work/node/lab-network.service $units/
systemctl enable kubelet containerd undo-mount-hacks lab-network
systemctl mask systemd-binfmt.service

# --- containerd: it may not raise its own OOM score without CAP_SYS_RESOURCE, so it must not try; the network of pods is
# --- written by it from a template once the node knows its PodCIDR, so no daemon set has to bring one
sed -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
  -e "s#registry.k8s.io/pause:[0-9.]*#registry.k8s.io/pause:$pause_tag#" $files/etc/containerd/config.toml >/etc/containerd/config.toml
cat >>/etc/containerd/config.toml <<'T'

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "/etc/cni/net.d"
  conf_template = "/kind/cni.conflist.template"
T
install -m644 /work/node/cni.conflist.template /kind/
# kind mounts its product files into every container; rlimits above ours cannot be set without CAP_SYS_RESOURCE.
ctr oci spec | jq '.hooks.createContainer = [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' \
  >/etc/containerd/cri-base.json
# Before runc on PATH: containerd in the node meets the same missing capability.
install -m755 /work/node/runc-wrapper /usr/local/sbin/runc

# --- Kubernetes
install -m755 /work/bin/hyperkube /usr/bin/hyperkube
for name in kubeadm kubelet kubectl; do ln -s hyperkube /usr/bin/$name; done
printf '%s' "$k8s_version" >/kind/version
install -m644 /work/default-storage.yaml /kind/manifests/default-storage.yaml

# --- the system images, imported but not unpacked: containerd does that when it first runs one
containerd --config /dev/null --address /tmp/containerd.sock --state /tmp/containerd --log-level warn &
containerd=$!
node_ctr() { ctr -a /tmp/containerd.sock -n k8s.io "$@"; }
for ((i = 0; i < 100; i++)); do node_ctr version >/dev/null 2>&1 && break; sleep 0.1; done
node_ctr images import --no-unpack /work/images.tar
registry=registry.k8s.io
storage=$(grep -o 'docker.io/kindest/local-path-[^ ]*' /kind/manifests/default-storage.yaml | sort -u)
for name in $registry/kube-{apiserver,controller-manager,scheduler,proxy}:"$k8s_version" "$registry/etcd:$etcd_tag" \
  "$registry/coredns/coredns:$coredns_tag" $storage; do
  node_ctr images tag lab.invalid/system:build "$name"
done
node_ctr images tag lab.invalid/pause:build "$registry/pause:$pause_tag"
node_ctr images rm lab.invalid/system:build lab.invalid/pause:build
node_ctr images ls -q
kill $containerd
wait $containerd || true
# Only the images' content, their names and the empty snapshotter belong into the node.
find /var/lib/containerd -mindepth 1 -maxdepth 1 ! -name '*content*' ! -name '*metadata*' ! -name '*snapshotter.v1.overlayfs' -exec rm -rf {} +
rm -rf /tmp/containerd*
