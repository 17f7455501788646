/** Flags that several verbs share, as data. */

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

export const LEVEL_WORDS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

export const help: Flag = { name: 'help', short: 'h', group: 'General', text: 'this text' };
export const debug: Flag = { name: 'debug', group: 'General', text: 'stack traces of internal errors' };
export const quiet: Flag = {
  name: 'quiet',
  short: 'q',
  group: 'General',
  text: 'no progress and no summary on stderr',
};
export const noProgress: Flag = { name: 'no-progress', group: 'General', text: 'no progress line' };
export const logFormat: Flag = {
  name: 'log-format',
  value: 'F',
  choices: ['text', 'json'],
  group: 'General',
  text: 'progress and messages on stderr as text or JSON lines',
};
export const color: Flag = {
  name: 'color',
  value: 'WHEN',
  choices: ['auto', 'always', 'never'],
  group: 'Output',
  text: 'colour in text (auto: when stdout is a terminal and NO_COLOR is unset)',
};
export const tz: Flag = {
  name: 'tz',
  value: 'ZONE',
  group: 'Output',
  text: 'show times in this zone (text only; default UTC)',
};
export const output: Flag = {
  name: 'output',
  short: 'o',
  value: 'FILE',
  group: 'Output',
  text: 'write here; - is stdout',
};
export const force: Flag = { name: 'force', group: 'Output', text: 'overwrite files that exist' };
export const from: Flag = {
  name: 'from',
  value: 'TIME',
  group: 'Detection',
  text: 'report from this time on (ISO 8601, or -24h, -7d)',
};
export const to: Flag = { name: 'to', value: 'TIME', group: 'Detection', text: 'report up to this time' };
export const noCarve: Flag = { name: 'no-carve', group: 'Input', text: 'leave out what lies in slack space' };
export const map: Flag = {
  name: 'map',
  value: 'FILE',
  isRepeatable: true,
  group: 'Input',
  text: 'read units of JSON and CSV by this mapping (YAML)',
};
export const assumeZone: Flag = {
  name: 'assume-zone',
  value: 'ZONE',
  group: 'Input',
  text: 'zone of times without one (Europe/Paris, +05:30)',
};
export const passwordFile: Flag = {
  name: 'password-file',
  value: 'FILE',
  group: 'Input',
  text: 'passwords of encrypted zips, one a line, tried in order',
};
export const sample: Flag = {
  name: 'sample',
  value: 'N',
  group: 'Output',
  text: 'show the first N units of each shape of a text, field by field',
};
export const jobs: Flag = {
  name: 'jobs',
  value: 'N',
  group: 'General',
  text: 'decoder threads (default: the cores there are, at most 4)',
};

const STATUS_WORDS = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** Which rules are meant, in every verb that takes many of them. */
export const ruleLevel: Flag = {
  name: 'rule-level',
  value: 'LEVEL',
  choices: LEVEL_WORDS,
  group: 'Detection',
  text: 'rules of this level and above; one without a level counts as medium',
};
export const ruleStatus: Flag = {
  name: 'rule-status',
  value: 'STATUS',
  choices: STATUS_WORDS,
  isRepeatable: true,
  group: 'Detection',
  text: `rules of this status: ${STATUS_WORDS.join(', ')}`,
};
export const excludeRules: Flag = {
  name: 'exclude-rules',
  value: 'FILE',
  group: 'Detection',
  text: 'leave out rules whose id or name is in this file, one a line',
};

/** What changes the meaning of the user's rules before they are compiled. */
export const pipeline: Flag = {
  name: 'pipeline',
  value: 'FILE',
  isRepeatable: true,
  group: 'Detection',
  text: 'change these rules by a pipeline of pySigma',
};
export const placeholders: Flag = {
  name: 'placeholders',
  value: 'FILE',
  group: 'Detection',
  text: 'values for what rules expand (YAML: a list for each name)',
};

/** Rules of the user's own, where evidence is judged. */
export const ruleFlags: readonly Flag[] = [
  {
    name: 'rules',
    value: 'PATH',
    isRepeatable: true,
    group: 'Detection',
    text: 'Sigma rules to try: a file, folder, zip, or compiled',
  },
  ruleLevel,
  ruleStatus,
  excludeRules,
  {
    name: 'no-default-rules',
    group: 'Detection',
    text: 'without the rules that come with triad',
  },
  pipeline,
  placeholders,
];

export const pins: Flag = {
  name: 'pins',
  value: 'PATH',
  group: 'Detection',
  text: 'file or folder of pins, or none (default the server’s folder)',
};

export const attackVersion: Flag = {
  name: 'attack-version',
  value: 'N',
  choices: ['18', '19'],
  group: 'Output',
  text: 'ids of ATT&CK 18 or 19 (default 19); JSON has both',
};

export const layer: Flag = {
  name: 'layer',
  value: 'KIND',
  choices: ['detected', 'coverage'],
  group: 'Output',
  text: 'of --format navigator: detected (default) or coverage',
};

/** How evidence is read where a verb is given paths in place of a result. */
export const sourceFlags: readonly Flag[] = [noCarve, map, assumeZone, passwordFile, pins];
export const talkFlags: readonly Flag[] = [jobs, quiet, noProgress, logFormat, debug, help];

/** The formats that a verb writes, the first being the default. */
export function format(choices: readonly string[]): Flag {
  return {
    name: 'format',
    value: 'F',
    choices,
    group: 'Output',
    text: `${choices.join(', ')} (default ${choices[0]})`,
  };
}
