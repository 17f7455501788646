import type { Command } from './commands.ts';
import { debug, type Flag, force, format, help, LEVEL_WORDS, output, passwordFile, quiet } from './flags.ts';

const MANY = Number.POSITIVE_INFINITY;
const STATUS_WORDS = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

const tail: readonly Flag[] = [output, force, quiet, debug, help];

/** Which rules are meant, in every verb that takes many of them. */
const ruleLevel: Flag = {
  name: 'rule-level',
  value: 'LEVEL',
  choices: LEVEL_WORDS,
  group: 'Detection',
  text: 'rules of this level and above; one without a level counts as medium',
};
const ruleStatus: Flag = {
  name: 'rule-status',
  value: 'STATUS',
  choices: STATUS_WORDS,
  isRepeatable: true,
  group: 'Detection',
  text: `rules of this status: ${STATUS_WORDS.join(', ')}`,
};
const excludeRules: Flag = {
  name: 'exclude-rules',
  value: 'FILE',
  group: 'Detection',
  text: 'leave out the rules whose id or name stands in this file, one a line; # begins a comment',
};

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
      { name: 'strict', group: 'Detection', text: 'warnings count as errors' },
      { name: 'notices', group: 'Output', text: 'tell notices one by one, and not only their number' },
      format(['text', 'json', 'jsonl']),
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
    flags: [ruleLevel, ruleStatus, excludeRules, format(['text', 'json', 'csv']), ...tail],
  },
];
