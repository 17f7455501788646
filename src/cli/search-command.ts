import type { Command } from './commands.ts';
import { debug, type Flag, force, format, help, output } from './flags.ts';
import { dataFolder } from './server-flags.ts';

const many = (name: string, value: string, text: string): Flag => ({
  ...{ name, value, text },
  isRepeatable: true,
  group: 'Input',
});

/** `triad search`, which asks a running server. */
export const SEARCH: Command = {
  verb: 'search',
  operands: '[WORD...]',
  minOperands: 0,
  maxOperands: 32,
  sentence:
    'Searches what a running server received, newest first: words that stand whole in the bytes or in a decoded value.',
  examples: [
    ['triad search mimikatz.exe', 'the newest hundred events with this word'],
    ['triad search --host WS-07 --event 1 --from -24h --field Image', 'what ran on one host in a day'],
    ['triad search --part Invoke- --format jsonl --limit 10000', 'a part of a word, with the bytes as received'],
  ],
  flags: [
    many('host', 'NAME', 'only these hosts, as they stand in the event'),
    many('channel', 'NAME', 'only these channels'),
    many('event', 'ID', 'only these event ids'),
    many('record', 'ID', 'only these record ids'),
    many('sender', 'ID', 'only what these senders brought'),
    many('part', 'TEXT', 'a text that stands anywhere, also within a word'),
    { name: 'from', value: 'TIME', group: 'Input', text: 'event time from then on (ISO 8601, or -24h, -7d)' },
    { name: 'to', value: 'TIME', group: 'Input', text: 'event time before then' },
    {
      ...many('field', 'NAME', 'this field of each event in place of its text; * tells which there are'),
      group: 'Output',
    },
    { name: 'limit', value: 'N', group: 'Output', text: 'most events, newest first (default 100)' },
    dataFolder,
    format(['text', 'jsonl']),
    output,
    force,
    debug,
    help,
  ],
};
