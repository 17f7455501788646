import type { Command } from './commands.ts';
import {
  assumeZone,
  debug,
  type Flag,
  force,
  format,
  help,
  map,
  noCarve,
  output,
  passwordFile,
  pins,
  talkFlags,
} from './flags.ts';
import { dataFolder } from './server-flags.ts';

const file: Flag = {
  name: 'pins',
  value: 'PATH',
  group: 'Input',
  text: 'the file or folder of pins (default the server’s folder)',
};
const said: readonly Flag[] = [format(['text', 'json']), output, force];

/** What an organisation accepts (L16). */
export const PIN: readonly Command[] = [
  {
    verb: 'pin add',
    operands: '[ID [RESULT|PATH...|-]]',
    minOperands: 0,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
    sentence:
      'Accepts a subscription, a payload, or a command of certain accounts and sources: by content and scope, with owner, reason and review. It lowers levels and says so; it leaves nothing out.',
    examples: [
      ['triad pin add x7q2m4 findings.jsonl --owner alice --reason agent --review 90d', 'on its host'],
      ['triad pin add x7q2m4 evidence/ --of payload --hosts WS-* --owner al --reason agent --review 90d', ''],
      ['triad pin add --payload SHA256 --hosts WS-* --owner bob --reason agent --review 2027-03-01', ''],
    ],
    flags: [
      file,
      dataFolder,
      {
        name: 'of',
        value: 'KIND',
        choices: ['subscription', 'payload'],
        group: 'Input',
        text: 'of a subscription: all of its content, or what it runs (default subscription)',
      },
      { name: 'subscription', value: 'SHA256', group: 'Input', text: 'without ID: the fingerprint of a subscription' },
      { name: 'payload', value: 'SHA256', group: 'Input', text: 'without ID: the print of a payload' },
      { name: 'command', value: 'TEXT', group: 'Input', text: 'without ID: a whole command line' },
      {
        name: 'account',
        value: 'ACCOUNT',
        isRepeatable: true,
        group: 'Input',
        text: 'who calls, such as CORP\\svc-deploy',
      },
      { name: 'source', value: 'HOST', isRepeatable: true, group: 'Input', text: 'from where, by name or address' },
      {
        name: 'hosts',
        value: 'PATTERN',
        isRepeatable: true,
        group: 'Input',
        text: 'where it holds, * for any letters (default the host of ID)',
      },
      { name: 'owner', value: 'NAME', group: 'Input', text: 'who answers for it' },
      { name: 'reason', value: 'TEXT', group: 'Input', text: 'why it is accepted' },
      { name: 'review', value: 'DATE', group: 'Input', text: 'by when it is looked at again: YYYY-MM-DD, or 90d' },
      { name: 'what', value: 'TEXT', group: 'Input', text: 'words for readers; nothing is matched by them' },
      noCarve,
      map,
      assumeZone,
      passwordFile,
      ...said,
      ...talkFlags,
    ],
  },
  {
    verb: 'pin list',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    sentence: 'Lists what is pinned: of what, where, by whom, until which review.',
    examples: [
      ['triad pin list --data /var/lib/triad', 'of the folder of a server'],
      ['triad pin list --pins pins.yaml', 'of a file'],
      ['triad pin list --format json', 'for a program'],
    ],
    flags: [file, dataFolder, ...said, debug, help],
  },
  {
    verb: 'pin rm',
    operands: 'ID',
    minOperands: 1,
    maxOperands: 1,
    sentence: 'Takes a pin out of the file that holds it; comments on the others stay.',
    examples: [
      ['triad pin rm 4yxc3k5fvuktjko2', 'by its id'],
      ['triad pin rm 4yxc3k5fvuktjko2 --pins pins.yaml', 'of a file'],
      ['triad pin rm 4yxc3k5fvuktjko2 --format json', 'for a program'],
    ],
    flags: [file, dataFolder, ...said, debug, help],
  },
  {
    verb: 'pin check',
    operands: '[RESULT|PATH...|-]',
    minOperands: 0,
    maxOperands: Number.POSITIVE_INFINITY,
    readsStandardInput: true,
    sentence:
      'Says what is wrong with pins, which are past review, and, with a result or evidence, which matched nothing: exit 1 where there is one.',
    examples: [
      ['triad pin check', 'the files and the reviews'],
      ['triad pin check evidence/', 'also which pins match nothing in it'],
      ['triad pin check out/findings.jsonl', 'in a result that was hunted with pins'],
    ],
    flags: [pins, dataFolder, noCarve, map, assumeZone, passwordFile, ...said, ...talkFlags],
  },
];
