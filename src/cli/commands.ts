/**
 * Every verb and flag as data: parsing, help text and the tests of both read this table (L29).
 */

export type FlagGroup = 'Input' | 'Detection' | 'Output' | 'General';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** The word for the value in help; absent for a switch. */
  readonly value?: string;
  /** The words that are allowed; any text where absent. */
  readonly choices?: readonly string[];
  readonly isRepeatable?: boolean;
  readonly group: FlagGroup;
  /** What it does, in one line. */
  readonly text: string;
}

export interface Command {
  readonly verb: string;
  /** Words for the positional arguments. */
  readonly operands: string;
  /** Fewest operands that make sense. */
  readonly minOperands: number;
  readonly maxOperands: number;
  readonly sentence: string;
  readonly examples: readonly (readonly [string, string])[];
  readonly flags: readonly Flag[];
}

const LEVEL_WORDS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

const help: Flag = { name: 'help', short: 'h', group: 'General', text: 'this text' };
const debug: Flag = { name: 'debug', group: 'General', text: 'stack traces of internal errors' };
const quiet: Flag = { name: 'quiet', short: 'q', group: 'General', text: 'no progress and no summary on stderr' };
const noProgress: Flag = { name: 'no-progress', group: 'General', text: 'no progress line' };
const logFormat: Flag = {
  name: 'log-format',
  value: 'F',
  choices: ['text', 'json'],
  group: 'General',
  text: 'progress and messages on stderr as text or JSON lines',
};
const color: Flag = {
  name: 'color',
  value: 'WHEN',
  choices: ['auto', 'always', 'never'],
  group: 'Output',
  text: 'colour in text (auto: when stdout is a terminal and NO_COLOR is unset)',
};
const tz: Flag = {
  name: 'tz',
  value: 'ZONE',
  group: 'Output',
  text: 'show times in this zone (text only; default UTC)',
};
const output: Flag = { name: 'output', short: 'o', value: 'FILE', group: 'Output', text: 'write here; - is stdout' };
const force: Flag = { name: 'force', group: 'Output', text: 'overwrite files that exist' };
const from: Flag = {
  name: 'from',
  value: 'TIME',
  group: 'Detection',
  text: 'report from this time on (ISO 8601, or -24h, -7d)',
};
const to: Flag = { name: 'to', value: 'TIME', group: 'Detection', text: 'report up to this time' };
const noCarve: Flag = { name: 'no-carve', group: 'Input', text: 'leave out what lies in slack space' };
const map: Flag = {
  name: 'map',
  value: 'FILE',
  isRepeatable: true,
  group: 'Input',
  text: 'read units of JSON and CSV by this mapping (YAML)',
};
const assumeZone: Flag = {
  name: 'assume-zone',
  value: 'ZONE',
  group: 'Input',
  text: 'zone of times without one (Europe/Paris, +05:30)',
};
const sample: Flag = {
  name: 'sample',
  value: 'N',
  group: 'Output',
  text: 'show the first N units of each shape of a text, field by field',
};
const jobs: Flag = {
  name: 'jobs',
  value: 'N',
  group: 'General',
  text: 'decoder threads (default: the cores there are, at most 4)',
};

function format(choices: readonly string[]): Flag {
  return {
    name: 'format',
    value: 'F',
    choices,
    group: 'Output',
    text: `${choices.join(', ')} (default ${choices[0]})`,
  };
}

export const COMMANDS: readonly Command[] = [
  {
    verb: 'hunt',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    sentence: 'Reads event logs, finds every WMI event subscription in them, and judges, explains and places it.',
    examples: [
      ['triad hunt evidence/', 'everything in a folder: .evtx, .zip and .gz'],
      ['triad hunt WS-07.zip --format html -o WS-07.html', 'one self-contained report'],
      ['triad hunt evidence/ --from -7d --min-level medium', 'only what is recent and matters'],
    ],
    flags: [
      noCarve,
      map,
      assumeZone,
      { name: 'strict', group: 'Input', text: 'exit 3 when any of the evidence could not be read' },
      {
        name: 'temp',
        value: 'DIR',
        group: 'Input',
        text: 'folder for sorted runs of large hunts (default: the system’s)',
      },
      {
        name: 'host',
        value: 'HOST',
        isRepeatable: true,
        group: 'Detection',
        text: 'report this host only, by any of its names',
      },
      from,
      to,
      {
        name: 'min-level',
        value: 'LEVEL',
        choices: LEVEL_WORDS,
        group: 'Detection',
        text: 'report this level and above (default informational)',
      },
      {
        name: 'fail-level',
        value: 'LEVEL',
        choices: [...LEVEL_WORDS, 'never'],
        group: 'Detection',
        text: 'exit 1 at this level and above (default medium)',
      },
      { name: 'all', group: 'Detection', text: 'cards for known benign subscriptions too' },
      format(['text', 'json', 'jsonl', 'csv', 'timesketch', 'hayabusa-csv', 'html']),
      output,
      force,
      { name: 'manifest', value: 'FILE', group: 'Output', text: 'write hashes of all inputs, options and counts' },
      color,
      tz,
      jobs,
      quiet,
      noProgress,
      logFormat,
      debug,
      help,
    ],
  },
  {
    verb: 'dump',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    sentence: 'Prints decoded records, without judging them.',
    examples: [
      ['triad dump Security.evtx --event-id 4624,4688', 'JSON lines of two ids'],
      ['triad dump logs.zip --channel Security --format xml', 'event XML of one channel'],
      ['triad dump Security.evtx --offset 0x1a2b0', 'the record that a card cites'],
    ],
    flags: [
      noCarve,
      map,
      assumeZone,
      {
        name: 'channel',
        value: 'C',
        isRepeatable: true,
        group: 'Detection',
        text: 'this channel only, by whole or short name (Sysmon)',
      },
      { name: 'event-id', value: 'N,...', isRepeatable: true, group: 'Detection', text: 'these event ids only' },
      { name: 'from', value: 'TIME', group: 'Detection', text: 'from this time on (ISO 8601, or -24h, -7d)' },
      { name: 'to', value: 'TIME', group: 'Detection', text: 'up to this time' },
      { name: 'record', value: 'N', group: 'Detection', text: 'the records with this EventRecordID' },
      {
        name: 'offset',
        value: 'BYTES',
        group: 'Detection',
        text: 'the record at this byte of its file (decimal or 0x...)',
      },
      { name: 'member', value: 'PATH', group: 'Detection', text: 'this member of a container only' },
      format(['jsonl', 'xml']),
      output,
      force,
      quiet,
      noProgress,
      logFormat,
      debug,
      help,
    ],
  },
  {
    verb: 'inspect',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    sentence: 'Says what each input is before judging: kind, hosts, channels, span, damage, what stays blind.',
    examples: [
      ['triad inspect evidence/', 'every input of a folder'],
      ['triad inspect Security.evtx --format json', 'for a program'],
      ['triad inspect export.jsonl --sample 20', 'how the units of a text are read, field by field'],
    ],
    flags: [
      noCarve,
      map,
      assumeZone,
      sample,
      format(['text', 'json']),
      output,
      force,
      color,
      jobs,
      quiet,
      noProgress,
      logFormat,
      debug,
      help,
    ],
  },
  {
    verb: 'decode',
    operands: 'TEXT|-',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    sentence: 'Peels one payload, WQL query, MOF text or command line layer by layer and says what it means.',
    examples: [
      ['triad decode -- powershell -enc JgAg...', 'a command line'],
      ['triad decode "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE ..."', 'a query'],
      ['triad decode - < consumer.vbs', 'a script from standard input'],
    ],
    flags: [
      {
        name: 'kind',
        value: 'K',
        choices: ['auto', 'wql', 'command', 'script', 'mof'],
        group: 'Input',
        text: 'what the text is (default auto)',
      },
      { name: 'max-layers', value: 'N', group: 'Detection', text: 'print at most this many layers (default 64)' },
      format(['text', 'json']),
      output,
      force,
      color,
      debug,
      help,
    ],
  },
  {
    verb: 'verify',
    operands: 'MANIFEST',
    minOperands: 1,
    maxOperands: 1,
    sentence:
      'Hashes the inputs of a manifest again and says what differs: exit 0 intact, 1 differs, 3 cannot be checked.',
    examples: [
      ['triad verify manifest.json', 'inputs where they were'],
      ['triad verify manifest.json --evidence /mnt/case', 'inputs elsewhere'],
      ['triad verify manifest.json --format json', 'for a program'],
    ],
    flags: [
      { name: 'evidence', value: 'DIR', group: 'Input', text: 'look for the inputs below this folder' },
      format(['text', 'json']),
      output,
      force,
      debug,
      help,
    ],
  },
];

/** Verbs and flags that the product will have and this version has not: named, so that nobody takes them for a typo. */
export const LATER_VERBS: ReadonlySet<string> = new Set([
  'repo',
  'graph',
  'explain',
  'rules',
  'analytics',
  'serve',
  'replay',
  'pin',
  'audit',
  'report',
  'runbook',
  'ledger',
  'backup',
  'restore',
  'metrics',
  'doctor',
  'completion',
]);

export const LATER_FLAGS: ReadonlySet<string> = new Set([
  'config',
  'data',
  'max-memory',
  'offline',
  'case',
  'report',
  'rules',
  'no-default-rules',
  'attack-version',
  'password-file',
  'pins',
  'like',
  'fields',
  'raw',
  'key',
  'excel',
  'csv-raw',
]);

export function commandOf(verb: string): Command | undefined {
  return COMMANDS.find((command) => command.verb === verb);
}
