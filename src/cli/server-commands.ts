import type { Command } from './commands.ts';
import { debug, type Flag, force, format, help, LEVEL_WORDS, output, pins, ruleFlags } from './flags.ts';
import { FOUND } from './found-commands.ts';
import { outboxCommands } from './outbox-commands.ts';
import { REPLAY } from './replay-commands.ts';
import { SEARCH } from './search-command.ts';
import { asked, configFile, dataFolder, limit, none, note, oneId, revision, twoOf } from './server-flags.ts';
import { suppressCommands } from './suppress-commands.ts';
import { userCommands } from './user-commands.ts';
import { VERDICT } from './verdict-command.ts';

const listen: Flag = {
  name: 'listen',
  value: 'HOST:PORT',
  group: 'General',
  text: 'where to listen (default 127.0.0.1:8443)',
};
const settings: readonly Flag[] = [
  dataFolder,
  configFile,
  listen,
  { name: 'public-url', value: 'URL', group: 'General', text: 'the address that people and shippers use' },
  { name: 'tls-cert', value: 'FILE', group: 'General', text: 'certificate chain, PEM; needed beyond loopback' },
  { name: 'tls-key', value: 'FILE', group: 'General', text: 'its private key, PEM' },
  {
    name: 'i-accept-unauthenticated',
    group: 'General',
    text: 'take syslog from other machines, which proves nothing of who sent it',
  },
];
const demo: Flag = {
  name: 'demo',
  group: 'Input',
  text: 'play a small enterprise with attacks into a store that goes when it ends',
};
/** Of the flags of rules those that are settings of the server. */
const SERVE_RULES: ReadonlySet<string> = new Set(['rules', 'no-default-rules']);
const at: Flag = { name: 'at', value: 'TIME', group: 'Input', text: 'when it was done, if not now; needs a note' };

/** The server, and the verbs that ask a running one. */
export const SERVER: readonly Command[] = [
  {
    verb: 'serve',
    ...none,
    sentence:
      'Takes events from shippers, keeps them durably, and says over HTTP what became of them. Ends on Ctrl-C or SIGTERM.',
    examples: [
      ['triad serve', 'on 127.0.0.1:8443, with everything in triad-data; prints the line that sends an event'],
      ['triad serve --demo', 'a small enterprise with attacks, played in; nothing is left when it ends'],
      [
        'triad serve --listen 0.0.0.0:8443 --public-url URL --tls-cert FILE --tls-key FILE',
        'for other machines, which reach it by that URL',
      ],
    ],
    flags: [...settings, demo, pins, ...ruleFlags.filter(({ name }) => SERVE_RULES.has(name)), debug, help],
  },
  {
    verb: 'config check',
    ...none,
    sentence: 'Says what is wrong with the settings of the server, each with its place.',
    examples: [
      ['triad config check', 'as serve would read them'],
      ['triad config check --config triad.yaml', 'a file before it is put in place'],
      ['triad config check --data /var/lib/triad', 'of another folder'],
    ],
    flags: [...settings, debug, help],
  },
  {
    verb: 'config explain',
    ...none,
    sentence: 'Lists every setting with its value, and which file, variable or flag it came from.',
    examples: [
      ['triad config explain', 'what holds, and why'],
      ['triad config explain --format json', 'for a program'],
      ['triad config explain --config triad.yaml', 'of a file'],
    ],
    flags: [...settings, format(['text', 'json']), output, force, debug, help],
  },
  {
    verb: 'sender add',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Adds a sender to a running server and prints its key, this once.',
    examples: [
      ['triad sender add ws-07 --host "WS-07*"', 'bound to its own host'],
      ['triad sender add wec --relay', 'a collector that brings events of many'],
      ['triad sender add beats --print winlogbeat', 'with working settings for the shipper'],
    ],
    flags: [
      { name: 'name', value: 'TEXT', group: 'Input', text: 'what people call it (default its id)' },
      {
        name: 'host',
        value: 'PATTERN',
        isRepeatable: true,
        group: 'Input',
        text: 'hosts that it may speak for, * for any letters (default any host, and it proves none)',
      },
      { name: 'relay', group: 'Input', text: 'it brings events of other machines' },
      { name: 'note', value: 'TEXT', group: 'Input', text: 'a note for those who come after' },
      {
        name: 'print',
        value: 'SHIPPER',
        choices: ['winlogbeat', 'logstash', 'rsyslog', 'otel', 'fluentbit', 'curl'],
        group: 'Output',
        text: 'print settings for this shipper, with the key',
      },
      ...asked,
    ],
  },
  {
    verb: 'sender list',
    ...none,
    sentence: 'Lists the senders of a running server, and what each brought since it started.',
    examples: [
      ['triad sender list', 'newest first'],
      ['triad sender list --format json', 'for a program'],
      ['triad sender list --limit 10', 'the last ten'],
    ],
    flags: [limit, ...asked],
  },
  {
    verb: 'sender revoke',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Refuses a sender from now on, with all of its keys. What it sent stays.',
    examples: [
      ['triad sender revoke ws-07', 'it is refused at once'],
      ['triad sender revoke ws-07 --data /var/lib/triad', 'of another server'],
      ['triad sender revoke ws-07 --format json', 'for a program'],
    ],
    flags: asked,
  },
  {
    verb: 'sender hosts',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence:
      'Binds a sender to more hosts or fewer, in what is read from now on; what was judged stays as it was judged.',
    examples: [
      ['triad sender hosts ws-07 --add "WS-17*"', 'one pattern more'],
      ['triad sender hosts ws-07 --add "WS-17*" --remove "WS-07*"', 'one in place of another'],
      ['triad sender hosts ws-07 --any', 'bound to none: it may speak for any host'],
    ],
    flags: [
      {
        name: 'add',
        value: 'PATTERN',
        isRepeatable: true,
        group: 'Input',
        text: 'hosts that it may speak for as well',
      },
      { name: 'remove', value: 'PATTERN', isRepeatable: true, group: 'Input', text: 'a pattern that it has no more' },
      { name: 'any', group: 'Input', text: 'without a pattern: it may speak for any host, and proves none' },
      ...asked,
    ],
  },
  {
    verb: 'key add',
    ...none,
    sentence: 'Makes a key and prints it, this once: for a sender, or for reading.',
    examples: [
      ['triad key add --sender ws-07', 'a second key of a sender'],
      ['triad key add --scope read:health', 'for a monitor that reads /metrics'],
      ['triad key add --scope read --days 30 --source 10.0.0.0/8', 'for a month, from these addresses'],
    ],
    flags: [
      { name: 'sender', value: 'ID', group: 'Input', text: 'whose key it is; it brings events' },
      {
        name: 'scope',
        value: 'SCOPE',
        isRepeatable: true,
        group: 'Input',
        text: 'what it may do: ingest:write, read, read:health, analyst, engineer, admin:*',
      },
      { name: 'days', value: 'N', group: 'Input', text: 'how long it is good for, 1 to 400 (default 180)' },
      { name: 'source', value: 'CIDR', isRepeatable: true, group: 'Input', text: 'addresses that it may be used from' },
      ...asked,
    ],
  },
  {
    verb: 'key list',
    ...none,
    sentence: 'Lists the keys of a running server, without their secrets, which are kept nowhere.',
    examples: [
      ['triad key list', 'newest first'],
      ['triad key list --format json', 'for a program'],
      ['triad key list --limit 10', 'the last ten'],
    ],
    flags: [limit, ...asked],
  },
  {
    verb: 'key rotate',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Makes a second key like this one and prints it; both are good until the first is revoked.',
    examples: [
      ['triad key rotate k7Q2mX9aLr4T', 'the new key'],
      ['triad key revoke k7Q2mX9aLr4T', 'when the sender uses the new one'],
      ['triad key rotate k7Q2mX9aLr4T --format json', 'for a program'],
    ],
    flags: asked,
  },
  {
    verb: 'key revoke',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Refuses a key from now on.',
    examples: [
      ['triad key revoke k7Q2mX9aLr4T', 'at once'],
      ['triad key revoke k7Q2mX9aLr4T --data /var/lib/triad', 'of another server'],
      ['triad key revoke k7Q2mX9aLr4T --format json', 'for a program'],
    ],
    flags: asked,
  },
  SEARCH,
  {
    verb: 'deadletter list',
    ...none,
    sentence: 'Lists what a running server took and could not read, with the reason.',
    examples: [
      ['triad deadletter list', 'the open ones, newest first'],
      ['triad deadletter list --state mended', 'those that were read later'],
      ['triad deadletter list --format json', 'for a program'],
    ],
    flags: [
      {
        name: 'state',
        value: 'STATE',
        choices: ['open', 'mended', 'dropped'],
        group: 'Output',
        text: 'which of them (default open)',
      },
      limit,
      ...asked,
    ],
  },
  {
    verb: 'deadletter retry',
    ...none,
    sentence: 'Reads the open dead letters again, with the readers and mappings of now.',
    examples: [
      ['triad deadletter retry', 'after a new version'],
      ['triad deadletter retry --data /var/lib/triad', 'of another server'],
      ['triad deadletter retry --format json', 'for a program'],
    ],
    flags: asked,
  },
  {
    verb: 'incidents list',
    ...none,
    sentence: 'Lists the incidents of a running server: highest level first, then newest first.',
    examples: [
      ['triad incidents list', 'all but those merged away'],
      ['triad incidents list --state open --min-level high', 'what waits and matters'],
      ['triad incidents list --format json', 'for a program'],
    ],
    flags: [
      {
        name: 'state',
        value: 'STATES',
        group: 'Output',
        text: 'with commas: open, acknowledged, contained, closed, merged',
      },
      { name: 'min-level', value: 'LEVEL', choices: LEVEL_WORDS, group: 'Output', text: 'this level and above' },
      { name: 'host', value: 'HOST', group: 'Output', text: 'of this host' },
      { name: 'suppressed', group: 'Output', text: 'also what suppressions hide now' },
      limit,
      ...asked,
    ],
  },
  {
    verb: 'incidents show',
    ...oneId,
    sentence: 'Shows an incident whole: sentence, hops, evidence, clocks, next steps, history.',
    examples: [
      ['triad incidents show INC-1', 'by its number'],
      ['triad incidents show 4yxc3k5fvuktjko2', 'by its id, or one that it had'],
      ['triad incidents show INC-1 --format json', 'for a program'],
    ],
    flags: asked,
  },
  {
    verb: 'incidents ack',
    ...oneId,
    sentence: 'Acknowledges an incident: somebody looks at it.',
    examples: [
      ['triad incidents ack INC-1', 'its owner is who does it, where it has none'],
      ['triad incidents ack INC-1 --revision 0', 'only if nobody did anything meanwhile'],
      ['triad incidents ack INC-1 --format json', 'for a program'],
    ],
    flags: [revision, ...asked],
  },
  {
    verb: 'incidents assign',
    ...twoOf('ID OWNER'),
    sentence: 'Gives an incident an owner; - gives it none.',
    examples: [
      ['triad incidents assign INC-1 alice', 'hers from now on'],
      ['triad incidents assign INC-1 -', 'nobody’s'],
      ['triad incidents assign INC-1 alice --revision 2', 'only if nobody did anything meanwhile'],
    ],
    flags: [revision, ...asked],
    readsStandardInput: true,
  },
  VERDICT,
  {
    verb: 'incidents contain',
    ...oneId,
    sentence: 'Says that an incident is contained, now or at a time that is entered with a note.',
    examples: [
      ['triad incidents contain INC-1', 'now'],
      ['triad incidents contain INC-1 --at 2026-11-26T10:00:00Z --note unplugged', 'when it was'],
      ['triad incidents contain INC-1 --format json', 'for a program'],
    ],
    flags: [at, note, revision, ...asked],
  },
  {
    verb: 'incidents step',
    ...twoOf('ID STEP'),
    sentence: 'Says what became of a next step: done, notApplicable with a reason, or undone.',
    examples: [
      ['triad incidents step INC-1 ab12cd34', 'done now'],
      ['triad incidents step INC-1 ab12cd34 --outcome notApplicable --note rebuilt', 'with the reason'],
      ['triad incidents step INC-1 ab12cd34 --outcome undone', 'it was not done after all'],
    ],
    flags: [
      {
        name: 'outcome',
        value: 'WHAT',
        choices: ['done', 'notApplicable', 'undone'],
        group: 'Input',
        text: 'what became of it (default done)',
      },
      at,
      note,
      ...asked,
    ],
  },
  {
    verb: 'incidents note',
    ...twoOf('ID TEXT'),
    sentence: 'Adds a note to an incident.',
    examples: [
      ['triad incidents note INC-1 asked-bob', 'for those who come after'],
      ['triad incidents note INC-1 memory-saved --data /var/lib/triad', 'of another server'],
      ['triad incidents note INC-1 x --format json', 'for a program'],
    ],
    flags: asked,
  },
  {
    verb: 'incidents close',
    ...oneId,
    sentence: 'Closes an incident that has a verdict; a malicious one with what was learnt, once its steps are done.',
    examples: [
      ['triad incidents close INC-1 --note CHG-4711', 'an authorised one'],
      ['triad incidents close INC-1 --learn block-wmic', 'a malicious one'],
      ['triad incidents close INC-1 --format json', 'for a program'],
    ],
    flags: [{ name: 'learn', value: 'TEXT', group: 'Input', text: 'what was learnt' }, note, revision, ...asked],
  },
  {
    verb: 'incidents reopen',
    ...oneId,
    sentence: 'Opens a closed incident again, with a reason.',
    examples: [
      ['triad incidents reopen INC-1 --note again', 'the reason is needed'],
      ['triad incidents reopen INC-1 --note wrong-host --revision 4', 'only if nobody did anything meanwhile'],
      ['triad incidents reopen INC-1 --note x --format json', 'for a program'],
    ],
    flags: [note, revision, ...asked],
  },
  ...userCommands(asked),
  ...suppressCommands(asked, limit),
  ...outboxCommands(asked, limit),
  ...FOUND,
  REPLAY,
];
