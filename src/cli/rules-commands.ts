import type { Command } from './commands.ts';
import {
  attackVersion,
  debug,
  excludeRules,
  type Flag,
  force,
  format,
  help,
  output,
  passwordFile,
  pipeline,
  placeholders,
  quiet,
  ruleLevel,
  ruleStatus,
} from './flags.ts';

const MANY = Number.POSITIVE_INFINITY;
/** As `TARGETS` of the rules has them: this table is read at every start, and does not load them. */
export const TARGET_WORDS: readonly string[] = ['splunk', 'esql', 'eql', 'kusto'];

const tail: readonly Flag[] = [output, force, quiet, debug, help];

/** `triad rules VERB`, as rows of the table of commands. PATH is a rule file, a folder of rules, or a zip of them. */
export const RULES: readonly Command[] = [
  {
    verb: 'rules check',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Says what is wrong with Sigma rules: where it stands, and what to write instead; which fields no event has.',
    examples: [
      ['triad rules check rules/', 'every rule of a folder'],
      ['triad rules check sigma_core.zip --strict', 'a release of SigmaHQ; warnings are errors'],
      ['triad rules check rules/ --evidence logs/', 'also which fields these logs lack'],
    ],
    flags: [
      {
        name: 'evidence',
        value: 'PATH',
        isRepeatable: true,
        group: 'Input',
        text: 'logs of your own: which fields that rules ask for they never have',
      },
      passwordFile,
      pipeline,
      placeholders,
      { name: 'strict', group: 'Detection', text: 'warnings count as errors' },
      { name: 'notices', group: 'Output', text: 'tell notices one by one, and not only their number' },
      format(['text', 'json', 'jsonl', 'sarif']),
      ...tail,
    ],
  },
  {
    verb: 'rules list',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Lists Sigma rules: id, level, status, title, the routes that each is tried on or blind on, and why one is refused.',
    examples: [
      ['triad rules list rules/', 'every rule of a folder'],
      ['triad rules list rules/ --rule-level high --rule-status stable', 'some of them'],
      ['triad rules list sigma_core.zip --format csv', 'for a spreadsheet'],
    ],
    flags: [
      ruleLevel,
      ruleStatus,
      excludeRules,
      pipeline,
      placeholders,
      format(['text', 'json', 'jsonl', 'csv', 'navigator']),
      attackVersion,
      ...tail,
    ],
  },
  {
    verb: 'rules explain',
    operands: 'RULE [EVIDENCE...]',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Says why one rule matches one event or does not: every item, what was seen and wanted, and what is absent or blind.',
    examples: [
      ['triad rules explain rule.yml Sysmon.evtx --record 4711', 'on a record by its EventRecordID'],
      ['triad rules explain rule.yml logs.zip --member b/c.evtx --offset 0x1a2b0', 'by its address'],
      ['triad rules explain rule.yml --event event.json', 'on {channel, eventId, data}, or one exported record'],
    ],
    flags: [
      {
        name: 'event',
        value: 'FILE',
        group: 'Input',
        text: 'an event in place of evidence: {channel, eventId, data}, or a record in a shape that is read',
      },
      passwordFile,
      pipeline,
      placeholders,
      { name: 'rule', value: 'ID', group: 'Detection', text: 'this rule of several, by id, name or title' },
      { name: 'record', value: 'N', group: 'Detection', text: 'the record with this EventRecordID' },
      { name: 'offset', value: 'BYTES', group: 'Detection', text: 'the record at this byte of its file (0x...)' },
      { name: 'member', value: 'PATH', group: 'Detection', text: 'in this member of an archive only' },
      format(['text', 'json']),
      ...tail,
    ],
  },
  {
    verb: 'rules test',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Tries rules on their cases: NAME.cases.yml beside NAME.yml, and regression_data as SigmaHQ lays it out; failures are explained. Filters and correlations at the paths count for the rules that they name.',
    examples: [
      ['triad rules test rules/', 'all cases of a folder'],
      ['triad rules test rules/wmi.yml', 'the cases beside one file'],
      ['triad rules test sigma/ --format junit -o junit.xml', 'for a build; sigma/ has rules and regression_data'],
    ],
    flags: [
      pipeline,
      placeholders,
      { name: 'strict', group: 'Detection', text: 'fail where a rule has no case at all' },
      format(['text', 'json', 'jsonl', 'junit']),
      ...tail,
    ],
  },
  {
    verb: 'rules diff',
    operands: 'A B',
    minOperands: 2,
    maxOperands: 2,
    sentence:
      'Says which rules were added, removed or changed from A to B, by id and else by path, and what of them changed.',
    examples: [
      ['triad rules diff sigma-2026-07.zip sigma-2026-08.zip', 'two releases'],
      ['triad rules diff rules.old/ rules/', 'two folders'],
      ['triad rules diff a.yml b.yml --format json', 'for a program'],
    ],
    flags: [format(['text', 'json', 'jsonl']), ...tail],
  },
  {
    verb: 'rules compile',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Compiles Sigma rules into one file that hunt --rules loads in a moment; rules of every status are in it.',
    examples: [
      ['triad rules compile sigma_all.zip -o sigma.rules', 'a release of SigmaHQ'],
      ['triad rules compile rules/ own.yml -o all.rules', 'several paths in one file'],
      ['triad hunt evidence/ --rules sigma.rules', 'with what was compiled'],
    ],
    flags: [pipeline, placeholders, ...tail],
  },
  {
    verb: 'rules convert',
    operands: 'PATH...',
    minOperands: 1,
    maxOperands: MANY,
    sentence:
      'Writes Sigma rules as searches of Splunk, ES|QL, EQL or Kusto; what a system cannot say is refused with its place.',
    examples: [
      ['triad rules convert rule.yml --to splunk', 'one search'],
      ['triad rules convert rules/ --to kusto -o rules.kql', 'a folder, in one file'],
      ['triad rules convert rules/ --to eql --format json', 'for a program'],
    ],
    flags: [
      {
        name: 'to',
        value: 'TARGET',
        choices: TARGET_WORDS,
        group: 'Detection',
        text: `${TARGET_WORDS.join(', ')}: whose search is wanted`,
      },
      pipeline,
      placeholders,
      format(['text', 'json', 'jsonl']),
      ...tail,
    ],
  },
];
