import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectArchive } from '../archive/index.ts';
import { inspectJournal, nodeDisk } from '../journal/index.ts';
import { inspectState, STATE_FORMAT } from '../state/index.ts';
import { ARCHIVE, FORMATS, JOURNAL, WRITTEN_FOLDERS } from './data-parts.ts';
import { type BackupManifest, MANIFEST, readManifest } from './manifest.ts';
import { below, digestOf, filesIn, isMissing, systemTrouble } from './private-copies.ts';

export type BackupReading =
  | { readonly kind: 'manifest'; readonly manifest: BackupManifest }
  /** `none`: there is no manifest, so it is no whole backup; `newer`: a later version made it, or what is in it. */
  | { readonly kind: 'problem'; readonly code: 'none' | 'newer' | 'unreadable'; readonly message: string };

/** What a folder says that it holds, if this version can restore it. */
export async function readBackup(folder: string): Promise<BackupReading> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), 'utf8');
  } catch (cause) {
    if (!isMissing(cause)) return { kind: 'problem', code: 'unreadable', message: systemTrouble(cause) };
    const message = `${folder} has no ${MANIFEST}: it is no backup, or one that was not finished.`;
    return { kind: 'problem', code: 'none', message };
  }
  const reading = readManifest(text);
  if (reading.kind === 'problem') return reading;
  const known = { state: STATE_FORMAT, ...FORMATS };
  for (const part of ['state', 'journal', 'archive'] as const) {
    const made = reading.manifest.formats[part];
    if (made <= known[part]) continue;
    const message = `The ${part} in it has format ${made}, which a later version made; this one knows formats up to ${known[part]}.`;
    return { kind: 'problem', code: 'newer', message };
  }
  return reading;
}

/** What differs from the manifest and what does not verify, a sentence each; none: it is whole. Reads every byte twice. */
export async function verifyBackup(folder: string, manifest: BackupManifest): Promise<readonly string[]> {
  const problems = await changedFiles(folder, manifest);
  return problems.length > 0 ? problems : await storeProblems(folder, manifest);
}

async function changedFiles(folder: string, { files }: BackupManifest): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, bytes, sha256 } of files) {
    try {
      const now = await digestOf(below(folder, path));
      if (now.bytes !== bytes) problems.push(`${path} has ${now.bytes} bytes and not ${bytes}.`);
      else if (now.sha256 !== sha256) problems.push(`${path} is not what was written.`);
    } catch (cause) {
      problems.push(isMissing(cause) ? `${path} is missing.` : `${path}: ${systemTrouble(cause)}`);
    }
  }
  const listed = new Set([MANIFEST, ...files.map(({ path }) => path)]);
  for (const part of ['', JOURNAL, ARCHIVE, ...WRITTEN_FOLDERS]) {
    for (const name of await filesIn(join(folder, part))) {
      const path = part === '' ? name : `${part}/${name}`;
      if (!listed.has(path)) problems.push(`${path} is not in the manifest.`);
    }
  }
  return problems;
}

/** What a store that nobody has open lacks: the state by SQLite's own check, journal and archive by their checksums. */
export async function storeProblems(folder: string, { positions, files }: BackupManifest): Promise<readonly string[]> {
  const opened = inspectState(folder, true);
  if (opened.kind === 'problem') return [opened.message];
  const { reader } = opened;
  try {
    const integrity = reader.call('integrity', null);
    const identity = reader.call('identity', null);
    const judged = reader.call('positions', null);
    for (const outcome of [integrity, identity, judged]) if (outcome.kind === 'refused') return [outcome.message];
    if (integrity.kind === 'refused' || identity.kind === 'refused' || judged.kind === 'refused') return [];
    const problems = integrity.value.problems.map((problem) => `The state is damaged: ${problem}.`);
    if (judged.value.judged !== positions.judged)
      problems.push('The state stands at another position than the manifest.');
    const storeId = Buffer.from(identity.value.storeId, 'hex');
    const holds = (part: string): boolean => files.some(({ path }) => path.startsWith(`${part}/`));
    if (holds(JOURNAL)) problems.push(...(await journalProblems(join(folder, JOURNAL), storeId, positions)));
    if (holds(ARCHIVE)) problems.push(...archiveProblems(join(folder, ARCHIVE), storeId));
    return problems;
  } finally {
    reader.close();
  }
}

async function journalProblems(
  folder: string,
  storeId: Uint8Array,
  { judged, durable }: BackupManifest['positions'],
): Promise<readonly string[]> {
  const journal = await inspectJournal({ folder, disk: nodeDisk, storeId });
  if (journal.kind === 'problem') return [journal.text];
  return Math.max(judged, journal.last) === durable
    ? []
    : [`The journal ends at batch ${journal.last}; the manifest says ${durable}.`];
}

function archiveProblems(folder: string, storeId: Uint8Array): readonly string[] {
  const archive = inspectArchive(folder, storeId);
  return archive.kind === 'problem' ? [archive.text] : [];
}
