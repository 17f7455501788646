import { placeProblem, readBackup, restore, verifyBackup } from '../upkeep/index.ts';
import { type Invocation, isGiven } from './arguments.ts';
import { summary } from './backup.ts';
import type { Environment } from './environment.ts';
import { messageText } from './messages.ts';
import { folderOf } from './server-settings.ts';
import { refuseOutput, tell } from './told-answer.ts';

/** `triad restore DIR`: 0 done, 1 where the backup differs from its manifest, 2 where place or format is not fit, 3 no backup, 4 the copy failed. */
export async function runRestore(invocation: Invocation, environment: Environment): Promise<number> {
  const wrongOutput = refuseOutput(invocation, environment);
  if (wrongOutput !== undefined) return wrongOutput;
  const [from = ''] = invocation.operands;
  const folder = folderOf(invocation, environment);
  if (isGiven(invocation, 'dry-run')) return await tryOut(from, folder, invocation, environment);
  const outcome = await restore({ from, folder });
  if (outcome.kind === 'problem') return refusal(outcome, from, environment);
  const words = [
    `${folder} holds the store of ${from}: ${summary(outcome.manifest)}.`,
    'Keys and senders are good as before; the token of this machine is made at the start.',
    'Files that its settings name, such as certificates, were not in the backup.',
    `Start it with triad serve --data ${folder}. The server that it was copied from must not go on beside it.`,
    '',
  ].join('\n');
  return await tell(invocation, environment, 0, { folder, ...outcome.manifest }, words);
}

async function tryOut(from: string, folder: string, invocation: Invocation, environment: Environment): Promise<number> {
  const reading = await readBackup(from);
  if (reading.kind === 'problem') return refusal(reading, from, environment);
  const [problem] = await verifyBackup(from, reading.manifest);
  if (problem !== undefined) return refusal({ code: 'differs', message: problem }, from, environment);
  const unfit = await placeProblem(folder);
  if (unfit !== undefined) return refusal(unfit, from, environment);
  const words = `It can be restored: ${summary(reading.manifest)}. Nothing was written.\n`;
  return await tell(invocation, environment, 0, reading.manifest, words);
}

type Refused = Extract<Awaited<ReturnType<typeof restore>>, { kind: 'problem' }>;

const ANSWERS: Readonly<Record<Refused['code'], readonly [exit: number, action: string]>> = {
  target: [2, 'Name a new folder with --data.'],
  newer: [2, 'Use that version, or one after it.'],
  none: [3, 'Name a folder that triad backup made.'],
  unreadable: [3, 'Name a folder that triad backup made.'],
  differs: [1, 'Nothing was restored. Take another backup.'],
  disk: [4, 'Nothing was restored. Free space or choose another place.'],
};

function refusal({ code, message }: Omit<Refused, 'kind'>, from: string, environment: Environment): number {
  const [exit, action] = ANSWERS[code];
  const problem = { code: `TRIAD-E-RESTORE-${code.toUpperCase()}`, place: from, message, action };
  environment.stderr.write(messageText('error', problem));
  return exit;
}
