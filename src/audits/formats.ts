/** How an audit is written. */
export type AuditFormat =
  | 'triad.collector/1'
  | 'cim-json'
  | 'cim-csv'
  | 'clixml'
  | 'velociraptor'
  | 'osquery'
  | 'autoruns-csv'
  | 'autoruns-xml'
  | 'pywmipersistencefinder';

export interface AuditFormatKind {
  readonly format: AuditFormat;
  /** What writes it. */
  readonly writer: string;
  /** How it is known from other texts. */
  readonly knownBy: string;
  /** What it cannot tell, a sentence each. */
  readonly loses: readonly string[];
}

const ONE_QUESTION =
  'What one command listed: nothing says that other classes, other namespaces or other objects were not there.';
const NO_TIME = 'No time: when the host was looked at is not told.';
const NO_FILTER = 'No filter and no binding: what starts the consumer is not told.';
const NO_CLASS = 'No class: whether a consumer runs a command line, a script or something else is not told.';
const NO_CREATOR = 'No CreatorSID: who made an object is not told.';
const AUTORUNS_LOSSES = [
  NO_FILTER,
  NO_CLASS,
  'Only consumers that start something; the launch string is taken for the command line. This form follows descriptions and was never seen in a real file with WMI rows.',
  NO_CREATOR,
  'No namespace and no host.',
  'No time: the time of a row is that of a file or entry.',
];

/** Every format that is read, with what it loses; docs/audits.md is written from it. */
export const AUDIT_FORMATS: readonly AuditFormatKind[] = [
  {
    format: 'triad.collector/1',
    writer: "Triad's collector",
    knownBy: 'JSON whose `schema` is `triad.collector/1`',
    loses: ['Methods of classes, qualifiers, and instances of classes that do not belong to eventing.'],
  },
  {
    format: 'cim-json',
    writer:
      '`Get-CimInstance` or `Get-WmiObject`, then `ConvertTo-Json`; one object, an array, or one document behind the other',
    knownBy:
      'JSON with `CimClass`, `CimSystemProperties` or `__CLASS` of a class of eventing, or with the properties of one',
    loses: [
      ONE_QUESTION,
      NO_TIME,
      'What lies deeper than `-Depth` is cut to a text: references then keep class and name and lose their namespace.',
      'The host only where `CimSystemProperties`, `__SERVER` or `PSComputerName` names it.',
    ],
  },
  {
    format: 'cim-csv',
    writer: '`Get-CimInstance` or `Get-WmiObject`, then `Export-Csv`',
    knownBy:
      'CSV behind a `#TYPE` line, with a column `CimClass` or `__CLASS`, or with the properties of a class of eventing',
    loses: [
      ONE_QUESTION,
      NO_TIME,
      'Arrays are written as `System.Byte[]` or `System.String[]`: CreatorSID and insertion strings are lost.',
      'Null and empty are the same.',
      'Properties that the first object does not have are not in the file.',
      'References keep class and name and lose their namespace.',
      'No host, unless a column names it.',
    ],
  },
  {
    format: 'clixml',
    writer: '`Get-CimInstance` or `Get-WmiObject`, then `Export-Clixml`',
    knownBy: '`<Objs>` with a type name of a class of eventing',
    loses: [
      ONE_QUESTION,
      NO_TIME,
      'Deeper than `-Depth`, references keep class and name and lose their namespace.',
      'The host only where `ServerName`, `__SERVER` or `PSComputerName` names it.',
    ],
  },
  {
    format: 'velociraptor',
    writer: 'Velociraptor, `Windows.Persistence.PermanentWMIEvents`: JSON Lines, a JSON array, or CSV',
    knownBy: 'Members `ConsumerDetails` and `FilterDetails`',
    loses: [
      'Bound pairs only: a filter or consumer without a binding, and a binding with a missing end, are not in it.',
      'Only the namespaces that were asked for; by default root\\subscription and root\\default.',
      'The properties of the binding itself.',
      'Classes of consumers, where the row does not name them; they follow from their properties.',
      NO_TIME,
    ],
  },
  {
    format: 'osquery',
    writer: 'osquery: `osqueryi --json`, and the results and snapshots that osqueryd logs',
    knownBy:
      'The columns of `wmi_event_filters`, `wmi_cli_event_consumers`, `wmi_script_event_consumers` or `wmi_filter_consumer_binding`',
    loses: [
      'Command line and script consumers only.',
      'Some properties only: no EventNamespace, no CreatorSID, no working directory.',
      'No namespace before the version that has the column: such rows are of root\\subscription.',
      'osqueryi names neither host nor time.',
      'osqueryd logs changes: rows that were removed later are left out, and what its log no longer holds is unknown.',
    ],
  },
  {
    format: 'autoruns-csv',
    writer: 'Autoruns and `autorunsc -a w -c` or `-ct`',
    knownBy: 'A header with `Entry Location`, `Entry` and `Launch String`; rows of the category WMI',
    loses: AUTORUNS_LOSSES,
  },
  {
    format: 'autoruns-xml',
    writer: '`autorunsc -a w -x`',
    knownBy: '`<autoruns>`; items below `WMI Database Entries`',
    loses: AUTORUNS_LOSSES,
  },
  {
    format: 'pywmipersistencefinder',
    writer: 'PyWMIPersistenceFinder.py, on the OBJECTS.DATA of a host',
    knownBy: 'The lines `FilterToConsumerBinding(s) Found` and `Bindings:`',
    loses: [
      'Found by keywords in the repository: what was deleted may be in it, and objects with other than letters, digits, `_` and blanks in their names are missing.',
      'Only names, queries and some text of the consumer, which may have foreign characters around it.',
      'The class of a consumer whose record was not found.',
      NO_CREATOR,
      'No namespace, no host, no time.',
    ],
  },
];

/** What a format cannot tell. */
export function lossesOf(format: AuditFormat): readonly string[] {
  return AUDIT_FORMATS.find((kind) => kind.format === format)?.loses ?? [];
}
