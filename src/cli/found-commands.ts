import type { Command } from './commands.ts';
import { type Flag, LEVEL_WORDS } from './flags.ts';
import { asked, limit, none, oneId } from './server-flags.ts';

const level: Flag = {
  name: 'min-level',
  value: 'LEVEL',
  choices: LEVEL_WORDS,
  group: 'Output',
  text: 'this level and above',
};
const host: Flag = { name: 'host', value: 'HOST', group: 'Output', text: 'of this host' };
const incident: Flag = { name: 'incident', value: 'ID', group: 'Output', text: 'of this incident, by its id' };
const standing: Flag = {
  name: 'standing',
  value: 'WORDS',
  group: 'Output',
  text: 'with commas: told, final, withdrawn (default all but withdrawn)',
};

/** Verbs that ask a running server what its detection knows, and follow it. */
export const FOUND: readonly Command[] = [
  {
    verb: 'findings list',
    ...none,
    sentence: 'Lists the findings of a running server, newest first by the time of their evidence.',
    examples: [
      ['triad findings list', 'all but those withdrawn'],
      ['triad findings list --min-level high --host ws-07', 'what matters on one host'],
      ['triad findings list --analytic S05 --format json', 'of one analytic, for a program'],
    ],
    flags: [
      level,
      host,
      { name: 'analytic', value: 'ID', group: 'Output', text: 'of this analytic' },
      { name: 'rule', value: 'ID', group: 'Output', text: 'of this rule, by its id, else its title' },
      incident,
      standing,
      limit,
      ...asked,
    ],
  },
  {
    verb: 'findings show',
    ...oneId,
    sentence: 'Shows a finding whole: what, where, on what sum, by which records.',
    examples: [
      ['triad findings show 4yxc3k5fvuktjko2', 'by its id'],
      ['triad findings show 4yxc3k5fvuktjko2 --format json', 'as a hunt prints it'],
      ['triad findings show 4yxc3k5fvuktjko2 --data /var/lib/triad', 'of another server'],
    ],
    flags: asked,
  },
  {
    verb: 'subscriptions list',
    ...none,
    sentence: 'Lists the WMI event subscriptions that a running server knows on all hosts.',
    examples: [
      ['triad subscriptions list', 'all but those withdrawn'],
      ['triad subscriptions list --state armed --min-level medium', 'what is there and matters'],
      ['triad subscriptions list --format json', 'for a program'],
    ],
    flags: [
      level,
      host,
      {
        name: 'state',
        value: 'STATE',
        choices: ['armed', 'disarmed', 'deleted', 'unknown'],
        group: 'Output',
        text: 'those that are so now',
      },
      { name: 'fingerprint', value: 'HEX', group: 'Output', text: 'those of this content' },
      incident,
      standing,
      limit,
      ...asked,
    ],
  },
  {
    verb: 'subscriptions show',
    ...oneId,
    sentence: 'Shows the dossier of a subscription: life, parts, payload, origin, verdict.',
    examples: [
      ['triad subscriptions show 4yxc3k5fvuktjko2', 'by its id'],
      ['triad subscriptions show 4yxc3k5fvuktjko2 --format json', 'as a hunt prints it'],
      ['triad subscriptions show 4yxc3k5fvuktjko2 --data /var/lib/triad', 'of another server'],
    ],
    flags: asked,
  },
  {
    verb: 'hosts list',
    ...none,
    sentence: 'Lists the hosts of which a running server got something, and how much of each it cannot see.',
    examples: [
      ['triad hosts list', 'the last that began to send first'],
      ['triad hosts list --named ws-', 'with this in one of their names'],
      ['triad hosts list --silent-since 2026-11-26T10:00:00Z', 'of which nothing came since'],
    ],
    flags: [
      { name: 'named', value: 'TEXT', group: 'Output', text: 'with this in one of their names' },
      { name: 'silent-since', value: 'TIME', group: 'Output', text: 'of which nothing came since then' },
      limit,
      ...asked,
    ],
  },
  {
    verb: 'hosts show',
    operands: 'HOST',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Shows a host: its logs, who sent them, what is missing and what follows, incidents, subscriptions.',
    examples: [
      ['triad hosts show ws-07', 'by its key or one of its names'],
      ['triad hosts show ws-07 --format json', 'for a program'],
      ['triad hosts show ws-07 --data /var/lib/triad', 'of another server'],
    ],
    flags: asked,
  },
  {
    verb: 'watch',
    ...none,
    sentence: 'Prints a line for each change in a running server, until Ctrl-C; goes on behind a broken connection.',
    examples: [
      ['triad watch', 'incidents, findings, subscriptions, hosts, requests, health'],
      ['triad watch --types incident,health', 'some of them'],
      ['triad watch --format json', 'a line of JSON each'],
    ],
    flags: [
      {
        name: 'types',
        value: 'WORDS',
        group: 'Output',
        text: 'with commas: incident, finding, subscription, host, queue, request, health',
      },
      { name: 'after', value: 'ID', group: 'Input', text: 'the id of an event: what came behind it first' },
      ...asked.filter(({ name }) => name !== 'output' && name !== 'force'),
    ],
  },
];
