import { VERDICT_CODES } from '../api/index.ts';
import type { Command } from './commands.ts';
import type { Flag } from './flags.ts';
import { asked, note, revision, twoOf } from './server-flags.ts';

/** Of a verdict (PRODUCT 8.3). */
const VERDICT_FLAGS: readonly Flag[] = [
  {
    name: 'code',
    value: 'REASON',
    group: 'Input',
    text: `the reason in one word: ${Object.entries(VERDICT_CODES)
      .map(([verdict, codes]) => `${verdict} ${codes.map(({ code }) => code).join(' | ')}`)
      .join('; ')}`,
  },
  { name: 'approver', value: 'WHO', group: 'Input', text: 'who approved what is authorised' },
  { name: 'of', value: 'INC', group: 'Input', text: 'the incident that it is a duplicate of' },
];

/** `triad incidents verdict`. */
export const VERDICT: Command = {
  verb: 'incidents verdict',
  ...twoOf('ID VERDICT'),
  sentence:
    'Judges an incident, with a reason in one word and in a text: malicious, authorised, false, inconclusive, duplicate or test.',
  examples: [
    ['triad incidents verdict INC-1 malicious --code attack --note stolen-account', 'an attack'],
    ['triad incidents verdict INC-1 authorised --code change --approver bob --note CHG-4711', 'permitted'],
    ['triad incidents verdict INC-3 duplicate --code part --of INC-1 --note same-caller', 'told twice'],
  ],
  flags: [...VERDICT_FLAGS, note, revision, ...asked],
};
