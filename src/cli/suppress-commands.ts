import type { Command } from './commands.ts';
import { type Flag, LEVEL_WORDS } from './flags.ts';

const scope: readonly Flag[] = [
  { name: 'host', value: 'HOST', group: 'Input', text: 'of this host' },
  { name: 'analytic', value: 'ID', group: 'Input', text: 'of this analytic, or rule by its id; alone: an engineer' },
  { name: 'subscription', value: 'SHA256', group: 'Input', text: 'of the fingerprint of a subscription' },
  { name: 'payload', value: 'SHA256', group: 'Input', text: 'of the print of a payload' },
  { name: 'command', value: 'SHA256', group: 'Input', text: 'of the print of a command line' },
  { name: 'account', value: 'ACCOUNT', group: 'Input', text: 'of this account alone' },
  {
    name: 'level',
    value: 'LEVEL',
    choices: LEVEL_WORDS,
    group: 'Input',
    text: 'what is above it shows (default the highest that it mutes now)',
  },
];

/** Mutes of the queue of a running server; `asked` are the flags of verbs that ask one. */
export function suppressCommands(asked: readonly Flag[], limit: Flag): readonly Command[] {
  const none = { operands: '', minOperands: 0, maxOperands: 0 };
  return [
    {
      verb: 'suppress add',
      ...none,
      sentence: 'Mutes a scope in the queue for some days. It ends by itself, and hides nothing from reports.',
      examples: [
        ['triad suppress add --host SRV-02 --account CORP\\svc --days 3 --reason patching', 'of a host and account'],
        ['triad suppress add --analytic R02 --host SRV-02 --days 1 --reason test', 'of an analytic on a host'],
        ['triad suppress add --analytic R02 --days 30 --reason tuning', 'a rule alone: an engineer'],
      ],
      flags: [
        ...scope,
        { name: 'days', value: 'N', group: 'Input', text: 'from now on: 1 to 7, an engineer up to 90' },
        { name: 'reason', value: 'TEXT', group: 'Input', text: 'why' },
        { name: 'owner', value: 'NAME', group: 'Input', text: 'who answers for it (default who asks)' },
        ...asked,
      ],
    },
    {
      verb: 'suppress preview',
      ...none,
      sentence: 'Says what a scope would hide, before anything is muted.',
      examples: [
        ['triad suppress preview --host SRV-02', 'of a host'],
        ['triad suppress preview --analytic R02 --account CORP\\svc', 'of an analytic and account'],
        ['triad suppress preview --host SRV-02 --format json', 'for a program'],
      ],
      flags: [...scope, ...asked],
    },
    {
      verb: 'suppress list',
      ...none,
      sentence: 'Lists mutes of the queue: of what, until when, by whom, and how many incidents each hides now.',
      examples: [
        ['triad suppress list', 'newest first'],
        ['triad suppress list --state active', 'what holds now'],
        ['triad suppress list --format json', 'for a program'],
      ],
      flags: [
        {
          name: 'state',
          value: 'STATE',
          choices: ['active', 'ended'],
          group: 'Output',
          text: 'active or ended (default both)',
        },
        limit,
        ...asked,
      ],
    },
    {
      verb: 'suppress end',
      operands: 'NUMBER',
      minOperands: 1,
      maxOperands: 1,
      sentence: 'Ends a mute before its time: what it hid is back at once.',
      examples: [
        ['triad suppress end S1', 'by its number'],
        ['triad suppress end S1 --data /var/lib/triad', 'of another server'],
        ['triad suppress end S1 --format json', 'for a program'],
      ],
      flags: asked,
    },
  ];
}
