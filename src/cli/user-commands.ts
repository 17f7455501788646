import type { Command } from './commands.ts';
import type { Flag } from './flags.ts';
import { limit, none } from './server-flags.ts';

export const ROLE_WORDS: readonly string[] = ['viewer', 'analyst', 'engineer', 'admin', 'auditor'];

const oneName: Pick<Command, 'operands' | 'minOperands' | 'maxOperands'> = {
  operands: 'NAME',
  minOperands: 1,
  maxOperands: 1,
};

/** People of a running server; `asked` are the flags of verbs that ask one. */
export function userCommands(asked: readonly Flag[]): readonly Command[] {
  return [
    {
      verb: 'user add',
      ...oneName,
      sentence: 'Adds a person and prints a password, this once, which must be changed at the first sign-in.',
      examples: [
        ['triad user add ada --role admin', 'the first admin'],
        ['triad user add alice --role analyst', 'somebody who works on incidents'],
        ['triad user add vera', 'a viewer, who sees no raw evidence'],
      ],
      flags: [
        { name: 'role', value: 'ROLE', choices: ROLE_WORDS, group: 'Input', text: 'what they may do (default viewer)' },
        ...asked,
      ],
    },
    {
      verb: 'user list',
      ...none,
      sentence: 'Lists the people of a running server, and what waits for a second person.',
      examples: [
        ['triad user list', 'newest first'],
        ['triad user list --format json', 'for a program'],
        ['triad user list --limit 10', 'the last ten'],
      ],
      flags: [limit, ...asked],
    },
    {
      verb: 'user role',
      operands: 'NAME ROLE',
      minOperands: 2,
      maxOperands: 2,
      sentence: 'Gives a person another role, or bars them with none. Their sessions end.',
      examples: [
        ['triad user role alice engineer', 'she may pin now'],
        ['triad user role mallory none', 'he is let in no more; what he did keeps his name'],
        ['triad user role alice engineer --format json', 'for a program'],
      ],
      flags: asked,
    },
    {
      verb: 'user reset',
      ...oneName,
      sentence: 'Gives a person another password and prints it, this once. Their sessions end.',
      examples: [
        ['triad user reset alice', 'who forgot hers'],
        ['triad user reset ada --data /var/lib/triad', 'of another server'],
        ['triad user reset alice --format json', 'for a program'],
      ],
      flags: asked,
    },
    {
      verb: 'user confirm',
      operands: 'NUMBER',
      minOperands: 1,
      maxOperands: 1,
      sentence: 'Confirms what a person asked for, and has it done; or refuses it.',
      examples: [
        ['triad user confirm 3', 'request 3 of triad user list'],
        ['triad user confirm 3 --refuse', 'it is not done'],
        ['triad user confirm 3 --format json', 'for a program'],
      ],
      flags: [{ name: 'refuse', group: 'Input', text: 'refuse it; of one’s own requests: withdraw it' }, ...asked],
    },
  ];
}
