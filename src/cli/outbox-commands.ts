import type { Command } from './commands.ts';
import type { Flag } from './flags.ts';

/** Messages to sinks of a running server; `asked` are the flags of verbs that ask one. */
export function outboxCommands(asked: readonly Flag[], limit: Flag): readonly Command[] {
  const sink: Flag = { name: 'sink', value: 'NAME', group: 'Input', text: 'of this sink alone' };
  return [
    {
      verb: 'outbox list',
      operands: '',
      minOperands: 0,
      maxOperands: 0,
      sentence: 'Lists the sinks of a running server, how they do, public keys of webhooks, and the messages to sinks.',
      examples: [
        ['triad outbox list', 'sinks, and messages, newest first'],
        ['triad outbox list --state dead --sink soc', 'what a sink did not take'],
        ['triad outbox list --format json', 'for a program'],
      ],
      flags: [
        {
          name: 'state',
          value: 'STATE',
          choices: ['held', 'waiting', 'delivered', 'dead'],
          group: 'Output',
          text: 'which messages (default all)',
        },
        sink,
        limit,
        ...asked,
      ],
    },
    {
      verb: 'outbox retry',
      operands: '[ID]',
      minOperands: 0,
      maxOperands: 1,
      sentence:
        'Sends dead letters once more: all, those of a sink, or a single one. A sink that was given up is tried again.',
      examples: [
        ['triad outbox retry', 'all of them'],
        ['triad outbox retry --sink soc', 'after its receiver was mended'],
        ['triad outbox retry 4yxc3k5fvuktjko2_soc_3_0', 'one, by its id'],
      ],
      flags: [sink, ...asked],
    },
    {
      verb: 'outbox test',
      operands: 'SINK',
      minOperands: 1,
      maxOperands: 1,
      sentence:
        'Sends a message to a sink that says it is a test, and tells what came of it and how it was signed. Exit 1 where it was not taken.',
      examples: [
        ['triad outbox test soc', 'after the settings were changed'],
        ['triad outbox test soc --data /var/lib/triad', 'of another server'],
        ['triad outbox test soc --format json', 'for a program'],
      ],
      flags: asked,
    },
  ];
}
