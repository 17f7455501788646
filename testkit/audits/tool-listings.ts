import {
  type AuditedHost,
  consumerNamed,
  filterNamed,
  type HeldConsumer,
  type ListedObject,
  listedObjects,
  objectPath,
} from './audited-host.ts';

type Row = Record<string, unknown>;

/** Rows of Windows.Persistence.PermanentWMIEvents, by the query of the artifact: both ends with all properties, and the namespace. */
export function velociraptorRows(host: AuditedHost): readonly Row[] {
  const objects = listedObjects(host);
  const details = (className: string, name: string): Row => {
    const found = objects.find(
      (object) =>
        object.className === className && object.properties.some(([key, value]) => key === 'Name' && value === name),
    );
    return found === undefined ? {} : plain(found);
  };
  return host.bindings.map(({ filter, consumer }) => ({
    ConsumerDetails: details(consumerNamed(host, consumer).className, consumer),
    FilterDetails: details('__EventFilter', filter),
    Namespace: host.namespace.replaceAll('\\', '/'),
    ClientId: 'C.1122334455667788',
    Fqdn: `${host.name}.${host.domain}`,
  }));
}

function plain({ properties }: ListedObject): Row {
  return Object.fromEntries(
    properties.map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && 'bytes' in value ? [...value.bytes] : value,
    ]),
  );
}

export function velociraptorCsv(host: AuditedHost): string {
  const rows = velociraptorRows(host).map((row) =>
    Object.values(row).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  );
  const line = (cells: readonly string[]): string => cells.map(quoted).join(',');
  return `${[Object.keys(velociraptorRows(host)[0] ?? {}), ...rows].map(line).join('\n')}\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The four tables of osquery by their specs (specs/windows/wmi_*.table): all columns are texts, null is empty. */
export function osqueryRows(host: AuditedHost): readonly Row[] {
  const text = (consumer: HeldConsumer, property: string): string => String(consumer.values[property] ?? '');
  const { namespace } = host;
  const filters = host.filters.map(({ name, query }) => ({
    namespace,
    name,
    query,
    query_language: 'WQL',
    class: '__EventFilter',
    relative_path: objectPath('__EventFilter', name),
  }));
  const consumers = host.consumers.flatMap((consumer): readonly Row[] => {
    const { className, name } = consumer;
    const common = { class: className, relative_path: objectPath(className, name) };
    if (className === 'CommandLineEventConsumer') {
      const command_line_template = text(consumer, 'CommandLineTemplate');
      return [{ namespace, name, command_line_template, executable_path: text(consumer, 'ExecutablePath'), ...common }];
    }
    if (className !== 'ActiveScriptEventConsumer') return [];
    const script_text = text(consumer, 'ScriptText');
    const scripting_engine = text(consumer, 'ScriptingEngine');
    return [{ namespace, name, scripting_engine, script_file_name: '', script_text, ...common }];
  });
  const bindings = host.bindings.map(({ filter, consumer }) => {
    const from = objectPath(consumerNamed(host, consumer).className, consumer);
    const to = objectPath('__EventFilter', filter);
    const relative_path = `__FilterToConsumerBinding.Consumer=${JSON.stringify(from)},Filter=${JSON.stringify(to)}`;
    return { namespace, consumer: from, filter: to, class: '__FilterToConsumerBinding', relative_path };
  });
  return [...filters, ...consumers, ...bindings];
}

/** `osqueryi --json`. */
export function osqueryiJson(rows: readonly Row[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`;
}

/** A line of osqueryd.results.log, in the form of the documentation of osquery ("Logging", event format). */
export function osqueryLine(host: AuditedHost, columns: Row, action: 'added' | 'removed', unixTime: number): string {
  return JSON.stringify({
    name: 'pack_windows-attacks_wmi',
    hostIdentifier: host.name,
    calendarTime: 'Thu Mar 12 09:44:02 2026 UTC',
    unixTime,
    epoch: 0,
    counter: 1,
    numerics: false,
    decorations: { host_uuid: '661449FD-E11A-462B-9EA9-63A3EE8F9BDC' },
    columns,
    action,
  });
}

/** A line of osqueryd.snapshots.log. */
export function osquerySnapshot(host: AuditedHost, rows: readonly Row[], unixTime: number): string {
  return JSON.stringify({
    snapshot: rows,
    action: 'snapshot',
    name: 'wmi_snapshot',
    hostIdentifier: host.name,
    calendarTime: 'Thu Mar 12 09:44:02 2026 UTC',
    unixTime,
  });
}

/** What Autoruns would take for the thing that starts. */
function launchOf(consumer: HeldConsumer): string {
  const { values } = consumer;
  return String(values['CommandLineTemplate'] ?? values['ScriptText'] ?? '');
}

const AUTORUNS =
  'Time,Entry Location,Entry,Enabled,Category,Profile,Description,Signer,Company,Image Path,Version,Launch String';

/**
 * `autorunsc -a w -c -s -t`: the header and the row of a location alone follow real exports (version 14); rows of WMI entries
 * follow the columns, since no real one was found.
 */
export function autorunsCsv(host: AuditedHost, separator: ',' | '\t' = ','): string {
  const started = host.consumers.filter((consumer) => launchOf(consumer) !== '');
  const rows = [
    AUTORUNS.split(','),
    [
      '20260312-094402',
      'HKLM\\System\\CurrentControlSet\\Services',
      '',
      '',
      'Services',
      'System-wide',
      '',
      '',
      '',
      '',
      '',
      '',
    ],
    ['20260312-094402', 'WMI Database Entries', '', '', 'WMI', 'System-wide', '', '', '', '', '', ''],
    ...started.map((consumer) => [
      '20260312-094402',
      'WMI Database Entries',
      consumer.name,
      'enabled',
      'WMI',
      'System-wide',
      '',
      '',
      '',
      'c:\\windows\\system32\\cmd.exe',
      '',
      launchOf(consumer),
    ]),
  ];
  const cell = (text: string): string => (/[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(cell).join(separator)).join('\r\n')}\r\n`;
}

/** `autorunsc -a w -x`; the elements are those that DFIR-ORC reads (AutoRuns.cpp). */
export function autorunsXml(host: AuditedHost): string {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const items = host.consumers
    .filter((consumer) => launchOf(consumer) !== '')
    .map(
      (consumer) =>
        `<item>\r\n<location>WMI Database Entries</location>\r\n<itemname>${escaped(consumer.name)}</itemname>\r\n` +
        '<enabled>Enabled</enabled>\r\n<profile>System-wide</profile>\r\n' +
        `<launchstring>${escaped(launchOf(consumer))}</launchstring>\r\n<imagepath>cmd.exe</imagepath>\r\n</item>\r\n`,
    );
  return `<?xml version="1.0" encoding="utf-16"?>\r\n<autoruns>\r\n${items.join('')}</autoruns>\r\n`;
}

/** What PyWMIPersistenceFinder.py 1.1 prints, by its own print statements and by a run of it that somebody published. */
export function pyWmiText(host: AuditedHost): string {
  const blocks = host.bindings.map(({ filter, consumer }) => {
    const { className, values } = consumerNamed(host, consumer);
    const name = `${consumer}-${filter}`;
    const common = name === 'SCM Event Log Consumer-SCM Event Log Filter';
    const title = common
      ? `        ${name}\n                (Common binding based on consumer and filter names, possibly legitimate)\n`
      : `        ${name}\n`;
    const details =
      className === 'CommandLineEventConsumer'
        ? `\n\t\tConsumer Type: ${className}\n\t\tArguments:     ${String(values['CommandLineTemplate'])}\n\t\tConsumer Name: ${consumer}`
        : `${className} ~ ${consumer} ~ sid ~ x`;
    const query = filterNamed(host, filter).query;
    // A text that is no query stands beside the right one in the published run, too.
    return `${title}            Consumer: ${details}\n\n            Filter: \n\t\tFilter name:  ${filter}\n\t\tFilter Query: Close\n\n\n            Filter: \n\t\tFilter name:  ${filter}\n\t\tFilter Query: ${query}\n\n`;
  });
  return (
    `\n    Enumerating FilterToConsumerBindings...\n    ${blocks.length} FilterToConsumerBinding(s) Found. Enumerating Filters and Consumers...\n` +
    `\n    Bindings:\n\n${blocks.join('')}\n    Thanks for using PyWMIPersistenceFinder! Please contact @DavidPany with questions, bugs, or suggestions.\n`
  );
}
