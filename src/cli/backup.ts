import { type BackupManifest, backUp, readBackup, verifyBackup } from '../upkeep/index.ts';
import { formatTime } from '../windows/index.ts';
import type { Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { folderOf } from './server-settings.ts';
import { refuseOutput, tell } from './told-answer.ts';

/**
 * `triad backup DIR`: 0 done, 2 where the place or the store is not fit, 4 where the copy failed. `triad backup verify DIR`: 0
 * intact, 1 differs, 3 cannot be checked (L7).
 */
export async function runBackup(invocation: Invocation, environment: Environment): Promise<number> {
  const wrongOutput = refuseOutput(invocation, environment);
  if (wrongOutput !== undefined) return wrongOutput;
  const [first = '', second] = invocation.operands;
  if (second === undefined) return await make(first, invocation, environment);
  if (first === 'verify') return await verify(second, invocation, environment);
  const message = 'A backup is made into one folder.';
  const action = 'Write triad backup DIR, or triad backup verify DIR.';
  return refuse(environment, [{ code: 'TRIAD-E-ARG-OPERANDS', place: second, message, action }]);
}

async function make(target: string, invocation: Invocation, environment: Environment): Promise<number> {
  const folder = folderOf(invocation, environment);
  const { version, wallMs } = environment;
  const outcome = await backUp({ folder, target, version, created: formatTime(wallMs(), 0) });
  if (outcome.kind === 'problem') {
    const { code, message } = outcome;
    const action = ACTIONS[code];
    const problem = { code: `TRIAD-E-BACKUP-${code.toUpperCase()}`, place: target, message, action };
    environment.stderr.write(messageText('error', problem));
    return code === 'disk' ? 4 : 2;
  }
  const { manifest, warnings } = outcome;
  for (const message of warnings) {
    const problem = { code: 'TRIAD-W-BACKUP', place: folder, message, action: 'The rest is copied. See triad doctor.' };
    environment.stderr.write(messageText('warn', problem));
  }
  const words = [
    `The store in ${folder} is copied to ${target}: ${summary(manifest)}.`,
    `Check it with triad backup verify ${target}; bring it back with triad restore ${target} --data DIR.`,
    '',
  ].join('\n');
  return await tell(invocation, environment, 0, { folder: target, warnings, ...manifest }, words);
}

const ACTIONS = {
  target: 'Name a new folder, outside of the one that is copied.',
  source: 'Name the folder of a server with --data; triad doctor says what is wrong with it.',
  disk: 'Nothing is left of it. Free space or choose another place.',
} as const;

/** `12 files, 3.4 MiB, events of batches 1 to 90`. */
export function summary({ files, positions }: BackupManifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const { durable, judged } = positions;
  const behind = durable > judged ? `, ${durable - judged} of them not judged yet` : '';
  return `${files.length} files, ${(bytes / 1024 / 1024).toFixed(1)} MiB, up to batch ${durable}${behind}`;
}

async function verify(folder: string, invocation: Invocation, environment: Environment): Promise<number> {
  const reading = await readBackup(folder);
  if (reading.kind === 'problem') {
    const { code, message } = reading;
    const action = code === 'newer' ? 'Use that version, or one after it.' : 'Name a folder that triad backup made.';
    const problem = { code: `TRIAD-E-BACKUP-${code.toUpperCase()}`, place: folder, message, action };
    environment.stderr.write(messageText('error', problem));
    return 3;
  }
  const { manifest } = reading;
  const problems = await verifyBackup(folder, manifest);
  const isIntact = problems.length === 0;
  const words = isIntact
    ? `Intact: ${summary(manifest)}, made ${manifest.created} by version ${manifest.version}.\n`
    : `Not what was written:\n${problems.map((problem) => `  ${problem}\n`).join('')}`;
  return await tell(invocation, environment, isIntact ? 0 : 1, { isIntact, problems, manifest }, words);
}
