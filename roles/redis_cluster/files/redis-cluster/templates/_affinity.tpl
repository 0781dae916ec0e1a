{{/* SPDX-License-Identifier: GPL-3.0-or-later */}}

{{/* The presets soft and hard; redis.affinity replaces them all. */}}
{{- define "redis-cluster.affinity" -}}
{{- $redis := .Values.redis -}}
{{- if $redis.affinity -}}
{{- include "redis-cluster.render" (dict "value" $redis.affinity "context" .) -}}
{{- else -}}
{{- with include "redis-cluster.podTerms" (dict "preset" $redis.podAffinityPreset "context" .) }}
podAffinity:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "redis-cluster.podTerms" (dict "preset" $redis.podAntiAffinityPreset "context" .) }}
podAntiAffinity:
  {{- . | nindent 2 }}
{{- end }}
{{- $node := $redis.nodeAffinityPreset }}
{{- if and $node.type $node.key $node.values }}
nodeAffinity:
  {{- if eq $node.type "soft" }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      preference:
        matchExpressions:
          - {key: {{ $node.key | quote }}, operator: In, values: {{ $node.values | toJson }}}
  {{- else }}
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      - matchExpressions:
          - {key: {{ $node.key | quote }}, operator: In, values: {{ $node.values | toJson }}}
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "redis-cluster.podTerms" -}}
{{- if eq .preset "soft" -}}
preferredDuringSchedulingIgnoredDuringExecution:
  - weight: 1
    podAffinityTerm:
      topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "redis-cluster.selector" .context | nindent 10 }}
{{- else if eq .preset "hard" -}}
requiredDuringSchedulingIgnoredDuringExecution:
  - topologyKey: kubernetes.io/hostname
    labelSelector:
      matchLabels:
        {{- include "redis-cluster.selector" .context | nindent 8 }}
{{- end -}}
{{- end -}}
