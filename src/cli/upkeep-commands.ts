import type { Command } from './commands.ts';
import { debug, force, format, help, output } from './flags.ts';
import { dataFolder } from './server-flags.ts';

/** Care for the folder of a server, whether it runs or not. */
export const UPKEEP: readonly Command[] = [
  {
    verb: 'backup',
    operands: 'DIR | verify DIR',
    minOperands: 1,
    maxOperands: 2,
    sentence:
      'Copies the store of a server, running or stopped, into a new folder with the hash of every file. Keys of machines (local-token, first-key) stay behind.',
    examples: [
      ['triad backup /backup/monday', 'of the server that lies in triad-data'],
      ['triad backup /backup/monday --data /var/lib/triad', 'of another one'],
      ['triad backup verify /backup/monday', 'whether a backup is still whole'],
    ],
    flags: [dataFolder, format(['text', 'json']), output, force, debug, help],
  },
  {
    verb: 'restore',
    operands: 'DIR',
    minOperands: 1,
    maxOperands: 1,
    sentence:
      'Makes the folder of a server from a backup, checked file by file and as a whole, in a folder that is empty or new.',
    examples: [
      ['triad restore /backup/monday', 'into triad-data'],
      ['triad restore /backup/monday --data /var/lib/triad', 'into another folder'],
      ['triad restore /backup/monday --dry-run', 'checks it and writes nothing'],
    ],
    flags: [
      dataFolder,
      { name: 'dry-run', group: 'Input', text: 'check the backup and the place, and write nothing' },
      format(['text', 'json']),
      output,
      force,
      debug,
      help,
    ],
  },
];
