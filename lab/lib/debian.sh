# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The packages mode's images of Debian packages: the node's system, and one slim base for everything else.

# What kind's base image installs, as far as a node of ours uses it.
node_packages=systemd,systemd-sysv,dbus,iptables,nftables,iproute2,conntrack,ebtables,ethtool,socat,kmod,mount,util-linux,procps
node_packages+=,containerd,runc,containernetworking-plugins,ca-certificates,curl,jq,bash,hostname,e2fsprogs
# The base of every other image: shells and the tools that charts expect, Redis' client, search module and exporter,
# Python, kube-proxy's programs.
slim_packages=base-files,netbase,libc-bin,busybox,bash,curl,openssl,redis-tools,redis-redisearch,libstdc++6,python3-minimal,libpython3-stdlib
slim_packages+=,prometheus-redis-exporter,iptables,nftables,conntrack

apt_sources() {
  local file
  for file in ${LAB_APT_SOURCES:-/etc/apt/sources.list.d/debian.sources /etc/apt/sources.list}; do
    if grep -qs "$SUITE" "$file"; then printf '%s' "$file"; return; fi
  done
  return 1
}
find_debian() {
  [ "$(uname -m)" = x86_64 ] || lacking+=("an x86_64 processor (the packages mode's redis-server is made for it)")
  [ "$(id -u)" = 0 ] || lacking+=("root (the packages mode starts a container engine of its own)")
  apt_sources >/dev/null || lacking+=("Debian's $SUITE in /etc/apt/sources.list.d/debian.sources, /etc/apt/sources.list or LAB_APT_SOURCES")
}

# debian VARIANT PACKAGES IMAGE [OPTION...]: an image of Debian packages, without what no container reads.
debian() {
  local variant=$1 packages=$2 image=$3 hook=customize-hook; shift 3
  # What is only extracted is not customized either: mmdebstrap then runs no later hook than this one.
  if [ "$variant" = extract ]; then hook=extract-hook; fi
  TMPDIR=$state/tmp mmdebstrap --mode=root --variant="$variant" --include="$packages" --skip=check/qemu \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    "--$hook=cd \"\$1\" && rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/info usr/share/bash-completion var/log/*" \
    "$@" "$SUITE" - "$(apt_sources)" | docker import - "$image"
}

slim_image() { printf 'lab.invalid/slim:%s' "$( { echo "$SUITE $slim_packages"; declare -f debian slim; digest images/users; } | key)"; }
slim() {
  local image
  image=$(slim_image)
  if docker image inspect "$image" >/dev/null 2>&1; then there "base image"; return; fi
  # shellcheck disable=SC2016
  # Only extracted: nothing of it is configured, so accounts and busybox' applets are put there by hand, and what the
  # dependencies brought for that (Perl, dpkg, set-user-ID programs) goes.
  step slim "base image of Debian packages" debian extract "$slim_packages" "$image" \
    --extract-hook='for name in $(chroot "$1" /bin/busybox --list); do
        [ -n "$(ls -d "$1"/bin/$name "$1"/sbin/$name "$1"/usr/bin/$name "$1"/usr/sbin/$name 2>/dev/null)" ] || ln -s busybox "$1/bin/$name"
      done' \
    --extract-hook='cd "$1" && find . -xdev -type f -perm /6000 -delete &&
      rm -rf usr/bin/*perl* usr/share/perl* usr/lib/*/perl* usr/bin/dpkg* usr/share/dpkg usr/share/debconf usr/share/zoneinfo lib/systemd var/lib/dpkg' \
    --extract-hook="copy-in '$lab/images/users/passwd' '$lab/images/users/group' '$lab/images/users/nsswitch.conf' /etc"
}

base_image() { printf 'lab.invalid/node-base:%s' "$( { echo "$SUITE $node_packages"; declare -f debian node_base; } | key)"; }
node_base() {
  local image
  image=$(base_image)
  if docker image inspect "$image" >/dev/null 2>&1; then there "node's Debian"; return; fi
  step node-base "node's Debian" debian minbase "$node_packages" "$image"
}
