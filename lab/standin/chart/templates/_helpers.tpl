{{/* The release's name serves when it holds the chart's name already. */}}
{{- define "acp.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $joined := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $joined | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "acp.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "acp.labels" -}}
{{ include "acp.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Names of objects that this chart makes, or that stand ready where it is told not to. */}}
{{- define "acp.configName" -}}
{{- .Values.config.create | ternary (.Values.config.name | default (include "acp.fullname" .)) .Values.config.name | required "config.name is needed where config.create is false" -}}
{{- end -}}
{{- define "acp.secretName" -}}
{{- .Values.secretConfig.create | ternary (.Values.secretConfig.name | default (include "acp.fullname" .)) .Values.secretConfig.name | required "secretConfig.name is needed where secretConfig.create is false" -}}
{{- end -}}
{{- define "acp.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "acp.fullname" .) "default") -}}
{{- end -}}

{{- define "acp.port" -}}
{{- .Values.tlsDisabled | ternary 8080 8443 -}}
{{- end -}}

{{- define "acp.aliveProbe" -}}
httpGet:
  path: /alive
  port: http
  scheme: {{ .Values.tlsDisabled | ternary "HTTP" "HTTPS" }}
timeoutSeconds: 5
{{- end -}}

{{- define "acp.notHere" -}}
{{- range list "autoscaling" "ingressMtls" "certManager" "workers" "migrateJob" "importJob" "fission" "faas" -}}
{{- if dig . "enabled" false ($.Values | merge (dict)) -}}
{{- fail (printf "%s.enabled: the stand-in has no such part; this is not the vendor's chart" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
