import type { Command } from './commands.ts';
import { debug, force, format, help, logFormat, noProgress, output, passwordFile, quiet } from './flags.ts';

/** `triad repo`, as a row of the table of commands. */
export const REPO: Command = {
  verb: 'repo',
  operands: 'PATH',
  minOperands: 1,
  maxOperands: 1,
  sentence:
    'Reads a WMI repository from disk: namespaces, classes, instances, every generation of them, and what was deleted.',
  examples: [
    ['triad repo evidence/Repository', 'subscriptions, generations, namespaces and who may change them'],
    ['triad repo wbem.zip --class __EventFilter', 'a class and its instances in every namespace, as MOF'],
    ['triad repo wbem.zip --diff 387..389', 'what appeared, changed and went between two generations'],
  ],
  flags: [
    { name: 'no-carve', group: 'Input', text: 'leave out slack and free pages, not older generations' },
    passwordFile,
    {
      name: 'namespace',
      value: 'N',
      group: 'Detection',
      text: 'the classes of this namespace, or --class in it only',
    },
    { name: 'class', value: 'C', group: 'Detection', text: 'this class and its instances in full' },
    {
      name: 'generation',
      value: 'N',
      group: 'Detection',
      text: 'as it was in this generation, by the id of its map (default 0, the current one)',
    },
    { name: 'deleted', group: 'Detection', text: 'what older generations, free pages and slack still hold' },
    {
      name: 'diff',
      value: 'WHAT',
      group: 'Detection',
      text: 'what changed: from this repository to PATH2, or between generations N..M',
    },
    { name: 'as', value: 'F', choices: ['mof', 'json'], group: 'Output', text: 'objects as mof or json (default mof)' },
    format(['text', 'jsonl', 'csv']),
    output,
    force,
    quiet,
    noProgress,
    logFormat,
    debug,
    help,
  ],
};
