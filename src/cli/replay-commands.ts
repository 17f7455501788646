import type { Command } from './commands.ts';
import {
  assumeZone,
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
  pins,
  quiet,
  ruleFlags,
} from './flags.ts';
import { configFile, dataFolder } from './server-flags.ts';

const feed: readonly Flag[] = [
  {
    name: 'feed-from',
    value: 'TIME',
    group: 'Input',
    text: 'feed what happened from this time on (ISO 8601, or -24h)',
  },
  { name: 'feed-to', value: 'TIME', group: 'Input', text: 'and up to this time' },
];

/** Evidence through the live path (SERVE 0.1: 19). */
export const REPLAY: Command = {
  verb: 'replay',
  operands: '[PATH...]',
  minOperands: 0,
  maxOperands: Number.POSITIVE_INFINITY,
  sentence:
    'Feeds evidence, or the archive of a server, through a live server of its own and prints what it would have said; with --diff what rules or pins would change. Leaves nothing behind.',
  examples: [
    ['triad replay evidence/', 'the incidents of a live server over the same events'],
    ['triad replay --rules new-rules/ --diff', 'what these rules would have found in all that a server archived'],
    ['triad replay logs/ --url http://127.0.0.1:8443 --key-file key', 'to a running server, as a sender'],
  ],
  flags: [
    dataFolder,
    configFile,
    noCarve,
    map,
    assumeZone,
    passwordFile,
    ...feed,
    ...ruleFlags,
    pins,
    { name: 'diff', group: 'Output', text: 'what --rules or --pins add, remove and change, against without them' },
    { name: 'url', value: 'URL', group: 'Output', text: 'send to this server instead, as a sender' },
    { name: 'key-file', value: 'FILE', group: 'Output', text: 'of --url: the file that holds the key of the sender' },
    format(['text', 'json']),
    output,
    force,
    jobs,
    quiet,
    noProgress,
    logFormat,
    debug,
    help,
  ],
};
