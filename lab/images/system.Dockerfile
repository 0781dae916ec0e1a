# SPDX-License-Identifier: GPL-3.0-or-later
# All system programs of a node in one image. CoreDNS is the only one that Kubernetes starts by the image's entrypoint.
ARG SLIM
FROM ${SLIM}
COPY hyperkube etcd coredns local-path-provisioner /usr/local/bin/
RUN set -e; cd /usr/local/bin; \
    for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubectl; do ln -s hyperkube $name; done; \
    ln -s /usr/local/bin/coredns /coredns; \
    cd /usr/sbin; for name in iptables ip6tables; do \
      for suffix in '' -save -restore; do ln -sf xtables-nft-multi $name$suffix; done; done
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENTRYPOINT ["/coredns"]
