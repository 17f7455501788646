import type { Command } from './commands.ts';
import { debug, force, format, help, output } from './flags.ts';
import { configFile, dataFolder } from './server-flags.ts';

/** Care for the folder of a server, whether it runs or not. */
export const UPKEEP: readonly Command[] = [
  {
    verb: 'doctor',
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    sentence:
      'Checks the folder, the disk, the store, the settings, keys and senders of a server, running or not, and says what to do about each. Changes nothing.',
    examples: [
      ['triad doctor', 'of the server that lies in triad-data'],
      ['triad doctor --data /var/lib/triad --quick', 'without reading every byte of journal and state'],
      ['triad doctor --format json -o doctor.json', 'to hand over when asking for help'],
    ],
    flags: [
      dataFolder,
      configFile,
      { name: 'quick', group: 'Input', text: 'leave out what reads every byte of state, journal and archive' },
      format(['text', 'json']),
      output,
      force,
      debug,
      help,
    ],
  },
  {
    verb: 'backup',
    operands: 'DIR | verify DIR',
    minOperands: 1,
    maxOperands: 2,
    sentence:
      'Copies the store of a server, running or stopped, into a new folder with the hash of every file. Secrets of the machine (local-token, first-key, admin-password) stay behind.',
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
