/**
 * Every verb and flag as data: parsing, help text and the tests of both read this table (L29).
 */

import {
  assumeZone,
  attackVersion,
  color,
  debug,
  type Flag,
  force,
  format,
  help,
  jobs,
  logFormat,
  map,
  noCarve,
  noProgress,
  output,
  passwordFile,
  quiet,
  ruleFlags,
  sample,
  sourceFlags,
  talkFlags,
  tz,
} from './flags.ts';
import { HUNT } from './hunt-command.ts';
import { PIN } from './pin-commands.ts';
import { REPO } from './repo-command.ts';
import { RULES } from './rules-commands.ts';
import { SERVER } from './server-commands.ts';
import { UPKEEP } from './upkeep-commands.ts';

export type { Flag, FlagGroup } from './flags.ts';

export interface Command {
  /** One word, or two: `rules check`. */
  readonly verb: string;
  /** Words for the positional arguments. */
  readonly operands: string;
  /** Fewest operands that make sense. */
  readonly minOperands: number;
  readonly maxOperands: number;
  /** `-` is standard input. */
  readonly readsStandardInput?: boolean;
  readonly sentence: string;
  readonly examples: readonly (readonly [string, string])[];
  readonly flags: readonly Flag[];
}

export const COMMANDS: readonly Command[] = [
  HUNT,
  {
    verb: 'explain',
    operands: 'ID [RESULT|PATH...|-]',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
    sentence:
      'Says why: every link, record and weight behind an incident, finding or subscription, and what speaks against it.',
    examples: [
      ['triad explain 4yxc3k5fvuktjko2 out/findings.jsonl', 'from what a hunt wrote'],
      ['triad explain 4yxc3k5fvuktjko2 evidence/', 'from the evidence, which is hunted first'],
      ['triad explain 4yxc3k5fvuktjko2 - < findings.jsonl', 'from standard input'],
    ],
    flags: [
      ...sourceFlags,
      { name: 'record', value: 'R', group: 'Output', text: 'also this cited record whole, by its id or EventRecordID' },
      format(['text', 'json', 'md']),
      output,
      force,
      color,
      tz,
      ...talkFlags,
    ],
  },
  {
    verb: 'graph',
    operands: '[RESULT|PATH...|-]',
    minOperands: 0,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
    sentence: 'Draws hosts, accounts, the calls between them, and the subscriptions that they left.',
    examples: [
      ['triad graph out/findings.jsonl', 'calls in order of time'],
      ['triad graph out/findings.jsonl --format svg -o hops.svg', 'a picture'],
      ['triad graph evidence/ --from-host WS-07 --format dot', 'where a host reached, for Graphviz'],
    ],
    flags: [
      ...sourceFlags,
      { name: 'incident', value: 'ID', group: 'Detection', text: 'of this incident only' },
      { name: 'from-host', value: 'HOST', group: 'Detection', text: 'calls that lead on from this host' },
      { name: 'to-host', value: 'HOST', group: 'Detection', text: 'calls that lead to this host' },
      { name: 'hops', value: 'N', group: 'Detection', text: 'at most this many calls away from these hosts' },
      { name: 'min-confidence', value: 'X', group: 'Detection', text: 'calls of at least this confidence, 0 to 1' },
      format(['text', 'json', 'mermaid', 'dot', 'graphml', 'svg']),
      output,
      force,
      tz,
      ...talkFlags,
    ],
  },
  {
    verb: 'report',
    operands: 'ID|--all [RESULT|PATH...|-]',
    minOperands: 0,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
    sentence:
      'Writes the report of one incident, or of all, as one HTML file that needs nothing else, Markdown, JSON, SARIF or a layer of ATT&CK Navigator.',
    examples: [
      ['triad report 4yxc3k5fvuktjko2 out/findings.jsonl -o incident.html', 'one page, to hand over'],
      ['triad report 4yxc3k5fvuktjko2 evidence/ --as md', 'Markdown on standard output'],
      ['triad report --all out/findings.jsonl -o reports', 'a page for each, and an index'],
    ],
    flags: [
      ...sourceFlags,
      { name: 'all', group: 'Detection', text: 'every incident; --output is then a folder' },
      {
        name: 'as',
        value: 'F',
        choices: ['html', 'md', 'json', 'sarif', 'navigator'],
        group: 'Output',
        text: 'html, md, json, sarif, navigator (default html)',
      },
      attackVersion,
      output,
      force,
      ...talkFlags,
    ],
  },
  {
    verb: 'analytics',
    operands: '[list|why]',
    minOperands: 0,
    maxOperands: 1,
    sentence:
      'Lists the analytics and the rules that bear their numbers: what each asks, needs and joins, when it is silent, and how its mistakes are told.',
    examples: [
      ['triad analytics', 'all of them, a line each'],
      ['triad analytics why --analytic R01 --analytic S09', 'the whole record of two, one by code and one by rules'],
      ['triad analytics --format navigator --rules my-rules/', 'a layer: what these and the rules could detect'],
    ],
    flags: [
      {
        name: 'analytic',
        value: 'ID',
        isRepeatable: true,
        group: 'Detection',
        text: 'this one only',
      },
      ...ruleFlags,
      format(['text', 'json', 'navigator']),
      attackVersion,
      output,
      force,
      debug,
      help,
    ],
  },
  {
    verb: 'collect',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    sentence:
      'Hands over the read-only collector for a live host, a PowerShell script to run there: every namespace, and the settings behind its logs. Checked by grammar, not run on Windows.',
    examples: [
      ['triad collect -o Collect-Triad.ps1', 'the script as a file; its SHA-256 on stderr'],
      ['triad collect', 'on standard output, to read it first'],
      ['triad collect -o Collect-Triad.ps1 --force', 'over an older one'],
    ],
    flags: [output, force, debug, help],
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
      passwordFile,
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
      {
        name: 'member',
        value: 'PATH',
        group: 'Detection',
        text: 'this member of an archive only (a.zip!/b/c.evtx: b/c.evtx)',
      },
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
      passwordFile,
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
  REPO,
  ...RULES,
  {
    verb: 'decode',
    operands: 'TEXT|-',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
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
  ...PIN,
  ...SERVER,
  ...UPKEEP,
];

export function commandOf(verb: string): Command | undefined {
  return COMMANDS.find((command) => command.verb === verb);
}

/** The verbs that begin with this word: `rules check`, `rules list`. */
export function commandsOfGroup(word: string): readonly Command[] {
  return COMMANDS.filter((command) => command.verb.startsWith(`${word} `));
}
