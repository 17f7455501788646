import type { NewKeyDocument } from '../api/index.ts';

/** Working settings of a shipper for this server and key. Those of shippers for Windows were not run on Windows (L17). */
export function shipperSettings(shipper: string, address: string, { id, secret }: NewKeyDocument): string {
  const url = new URL(address);
  const isTls = url.protocol === 'https:';
  const host = url.hostname;
  const port = url.port === '' ? (isTls ? '443' : '80') : url.port;
  switch (shipper) {
    case 'winlogbeat':
      return `# winlogbeat.yml: the events that Triad joins. Not run on Windows here.
winlogbeat.event_logs:
  - name: Microsoft-Windows-Sysmon/Operational
  - name: Microsoft-Windows-WMI-Activity/Operational
  - name: Security
  - name: System
  - name: Windows PowerShell
  - name: Microsoft-Windows-PowerShell/Operational
  - name: Microsoft-Windows-WinRM/Operational
setup.template.enabled: false
setup.ilm.enabled: false
output.elasticsearch:
  hosts: ["${url.origin}"]
  path: /elastic
  api_key: "${id}:${secret}"
  allow_older_versions: true
  compression_level: 1
`;
    case 'rsyslog':
      return `# /etc/rsyslog.d/triad.conf: lines of JSON to Triad (module rsyslog-elasticsearch)
module(load="omelasticsearch")
template(name="triad-line" type="string" string="%msg%")
action(type="omelasticsearch" server="${host}" serverport="${port}" usehttps="${isTls ? 'on' : 'off'}"
       searchIndex="triad" searchType="" bulkmode="on" esVersion.major="8" template="triad-line"
       skipverifyhost="off" uid="${id}" pwd="${secret}" httpheaderkey="" 
       action.resumeRetryCount="-1" queue.type="LinkedList" queue.filename="triad" queue.saveOnShutdown="on")
`;
    case 'otel':
      return `# OpenTelemetry collector: the raw XML of Windows events, in Elasticsearch's form. Not run on Windows here.
receivers:
  windowseventlog/sysmon: { channel: Microsoft-Windows-Sysmon/Operational, raw: true }
  windowseventlog/wmi: { channel: Microsoft-Windows-WMI-Activity/Operational, raw: true }
  windowseventlog/security: { channel: Security, raw: true }
exporters:
  elasticsearch:
    endpoints: ["${url.origin}/elastic"]
    headers: { Authorization: "Bearer ${secret}" }
    mapping: { mode: bodymap }
service:
  pipelines:
    logs: { receivers: [windowseventlog/sysmon, windowseventlog/wmi, windowseventlog/security], exporters: [elasticsearch] }
`;
    case 'fluentbit':
      return `# fluent-bit.conf: Windows events with their XML. Not run on Windows here.
[INPUT]
    Name                winevtlog
    Channels            Microsoft-Windows-Sysmon/Operational,Microsoft-Windows-WMI-Activity/Operational,Security,System
    Render_Event_As_XML On
[OUTPUT]
    Name                es
    Match               *
    Host                ${host}
    Port                ${port}
    Path                /elastic
    HTTP_User           ${id}
    HTTP_Passwd         ${secret}
    tls                 ${isTls ? 'On' : 'Off'}
    Suppress_Type_Name  On
`;
    default:
      return `curl -H "Authorization: Bearer ${secret}" -H "Content-Type: application/x-ndjson" --data-binary @events.jsonl ${url.origin}/v1/ingest\n`;
  }
}
