import type { NewKeyDocument } from './schemas.ts';

/** Where a server is, as a shipper is told. */
interface Place {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly host: string;
  readonly port: string;
  readonly isTls: boolean;
}

type Key = Pick<NewKeyDocument, 'id' | 'secret'>;

/** The logs that are read and joined, as Windows calls them. */
const CHANNELS: readonly string[] = [
  'Microsoft-Windows-Sysmon/Operational',
  'Microsoft-Windows-WMI-Activity/Operational',
  'Security',
  'System',
  'Windows PowerShell',
  'Microsoft-Windows-PowerShell/Operational',
  'Microsoft-Windows-WinRM/Operational',
];

const SETTINGS: Readonly<Record<string, (place: Place, key: Key) => string>> = {
  winlogbeat,
  logstash,
  rsyslog,
  otel,
  fluentbit,
  curl,
};

/** What `triad sender add --print` takes. */
export const SHIPPERS: readonly string[] = Object.keys(SETTINGS);

/** What people call them. */
const NAMES: Readonly<Record<string, string>> = {
  winlogbeat: 'Winlogbeat, Elastic Agent',
  logstash: 'Logstash',
  rsyslog: 'rsyslog (omelasticsearch)',
  otel: 'OpenTelemetry collector',
  fluentbit: 'Fluent Bit',
  curl: 'curl, Vector (HTTP)',
};

/** Settings of every shipper with `ID` and `KEY` where a key has its id and its secret, and what those that have none are told. */
export function allShipperSettings(address: string): readonly { readonly name: string; readonly text: string }[] {
  const key = { id: 'ID', secret: 'KEY' };
  return [
    ...SHIPPERS.map((shipper) => ({ name: NAMES[shipper] ?? shipper, text: shipperSettings(shipper, address, key) })),
    {
      name: 'Splunk forwarders (HEC)',
      text: `${new URL(address).origin}/services/collector\nAuthorization: Splunk KEY\n`,
    },
    {
      name: 'Syslog',
      text: '# triad.yaml: ports of its own, one of them or both; who may send stands beside them (docs/shippers.md).\nsyslog:\n  listen: ADDRESS:PORT\n  listenTls: ADDRESS:PORT\n',
    },
  ];
}

/**
 * Settings of a shipper for this server and key. Those of rsyslog and curl are run as printed in the tests; the others follow the documents
 * of their products and were not run on Windows (L17). `address` is what the shipper reaches the server by.
 */
export function shipperSettings(shipper: string, address: string, key: Key): string {
  const { origin, hostname, port, protocol } = new URL(address);
  const isTls = protocol === 'https:';
  const place = { origin, host: hostname, port: port === '' ? (isTls ? '443' : '80') : port, isTls };
  return (SETTINGS[shipper] ?? curl)(place, key);
}

function winlogbeat({ origin }: Place, { id, secret }: Key): string {
  return `# winlogbeat.yml: the logs that Triad joins. Not run on Windows here.
winlogbeat.event_logs:
${CHANNELS.map((name) => `  - name: ${name}`).join('\n')}
setup.template.enabled: false
setup.ilm.enabled: false
output.elasticsearch:
  hosts: ["${origin}"]
  path: /elastic
  api_key: "${id}:${secret}"
  allow_older_versions: true
  compression_level: 1
`;
}

function logstash({ origin }: Place, { id, secret }: Key): string {
  return `# A pipeline of Logstash. Not run here.
output {
  elasticsearch {
    hosts => ["${origin}"]
    path => "/elastic"
    user => "${id}"
    password => "${secret}"
    manage_template => false
    ilm_enabled => false
    data_stream => false
  }
}
`;
}

/** Without a port of its own in `server` the path would be taken for a part of the host; omelasticsearch has no setting for a path. */
function rsyslog({ host, port, isTls }: Place, { id, secret }: Key): string {
  return `# /etc/rsyslog.d/triad.conf: lines of JSON to Triad; needs the package rsyslog-elasticsearch.
# The longest event; has to stand before the inputs, which else cut events at 8 KiB.
global(maxMessageSize="1m")
module(load="omelasticsearch")
template(name="triad" type="string" string="%msg%")
ruleset(name="triad") {
  action(type="omelasticsearch" server="${isTls ? 'https' : 'http'}://${host}:${port}/elastic"
         uid="${id}" pwd="${secret}"
         template="triad" searchIndex="triad" searchType="" esVersion.major="8" bulkmode="on" maxbytes="4m"
         errorfile="/var/spool/rsyslog/triad-refused.json"
         action.resumeRetryCount="-1" action.resumeInterval="5"
         queue.type="LinkedList" queue.filename="triad" queue.maxDiskSpace="1g" queue.saveOnShutdown="on")
}
# What the server refuses is in triad-refused.json: rsyslog does not send it again by itself.
# Bind an input to the ruleset, for example a file with an event a line:
# module(load="imfile")
# input(type="imfile" file="/var/log/windows/*.json" tag="windows" ruleset="triad")
`;
}

/** `raw` keeps what Windows wrote. The queue waits on the disk: what the server tells to come back is not let go of. */
function otel({ origin }: Place, { secret }: Key): string {
  const names = CHANNELS.map((channel, number) => [`windowseventlog/${number + 1}`, channel] as const);
  return `# OpenTelemetry collector (contrib): the XML of Windows events by OTLP over HTTP. Not run on Windows here.
extensions:
  file_storage: { directory: 'C:\\ProgramData\\otelcol', create_directory: true }
receivers:
${names.map(([name, channel]) => `  ${name}: { channel: ${channel}, raw: true, storage: file_storage }`).join('\n')}
exporters:
  otlphttp:
    logs_endpoint: "${origin}/v1/logs"
    headers: { Authorization: "Bearer ${secret}" }
    compression: gzip
    retry_on_failure: { enabled: true, max_elapsed_time: 0s }
    sending_queue: { storage: file_storage }
service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [${names.map(([name]) => name).join(', ')}]
      exporters: [otlphttp]
`;
}

/** The XML comes in `System`; the names of values are lost without it (SERVE 2.1, S7). */
function fluentbit({ host, port, isTls }: Place, { id, secret }: Key): string {
  return `# fluent-bit.conf: Windows events with their XML. Not run on Windows here.
[INPUT]
    Name                winevtlog
    Channels            ${CHANNELS.join(',')}
    Render_Event_As_XML On
    DB                  C:\\ProgramData\\fluent-bit\\winevtlog.sqlite
[FILTER]
    Name                modify
    Match               *
    Rename              System message
[OUTPUT]
    Name                es
    Match               *
    Host                ${host}
    Port                ${port}
    Path                /elastic
    Index               fluent-bit
    HTTP_User           ${id}
    HTTP_Passwd         ${secret}
    tls                 ${isTls ? 'On' : 'Off'}
    Suppress_Type_Name  On
    Compress            gzip
    Retry_Limit         no_limits
`;
}

function curl({ origin }: Place, { secret }: Key): string {
  return `curl -H "Authorization: Bearer ${secret}" -H "Content-Type: application/x-ndjson" --data-binary @events.jsonl ${origin}/v1/ingest\n`;
}
