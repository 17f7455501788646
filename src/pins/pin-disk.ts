import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256Hex } from '../bytes/index.ts';
import { PIN_BOUNDS, type Pin, type PinFile, type PinProblem } from './pin.ts';
import { readPins } from './read-pins.ts';

/** The file that people edit, and the folder of those that programs write (SERVE 0.1: 23). */
export const PIN_FILE = 'pins.yaml';
export const PIN_FOLDER = 'pins.d';

export type LoadedPins =
  | {
      readonly kind: 'pins';
      readonly pins: readonly Pin[];
      readonly files: readonly PinFile[];
      /** Name below the folder and SHA-256 of each file: part of the options of a run (L3). */
      readonly digests: readonly string[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] };

/** Reads the pins at a path: one file, or a folder with `pins.yaml` and `pins.d/*.yaml`, all of them together. A folder without any has none. */
export async function loadPins(path: string): Promise<LoadedPins> {
  const found = await findFiles(path);
  if (found.kind === 'problems') return found;
  const files: PinFile[] = [];
  for (const file of found.files) files.push({ path: file.path, text: await readFile(file.path, 'utf8') });
  const reading = await readPins(files);
  if (reading.kind === 'problems') return reading;
  const digests = files.map(({ text }, at) => `${found.files[at]?.name ?? PIN_FILE} ${sha256Hex(text)}`);
  return { kind: 'pins', pins: reading.pins, files, digests };
}

interface FoundFile {
  readonly path: string;
  readonly name: string;
}

async function findFiles(
  path: string,
): Promise<
  | { readonly kind: 'files'; readonly files: readonly FoundFile[] }
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] }
> {
  const problem = (place: string, message: string, action: string) =>
    ({ kind: 'problems', problems: [{ place, message, action }] }) as const;
  const at = await statOf(path);
  if (at === undefined)
    return problem(path, 'There are no pins at this path.', 'Name a file of pins, or a folder that holds pins.yaml.');
  if (!at.isDirectory()) {
    const large = largeProblem(path, at.size);
    return large ?? { kind: 'files', files: [{ path, name: basename(path) }] };
  }
  const names = (await namesIn(join(path, PIN_FOLDER))).filter(
    (name) => /\.ya?ml$/.test(name) && !name.startsWith('.'),
  );
  if (names.length > PIN_BOUNDS.files) {
    return problem(
      join(path, PIN_FOLDER),
      `There are ${names.length} files; ${PIN_BOUNDS.files} are the most.`,
      'Put some together.',
    );
  }
  const files: FoundFile[] = [];
  for (const name of [PIN_FILE, ...names.sort().map((one) => `${PIN_FOLDER}/${one}`)]) {
    const of = await statOf(join(path, name));
    if (of === undefined || !of.isFile()) continue;
    const large = largeProblem(join(path, name), of.size);
    if (large !== undefined) return large;
    files.push({ path: join(path, name), name });
  }
  return { kind: 'files', files };
}

function largeProblem(path: string, bytes: number): Extract<LoadedPins, { kind: 'problems' }> | undefined {
  if (bytes <= PIN_BOUNDS.fileBytes) return undefined;
  const message = `The file is larger than ${PIN_BOUNDS.fileBytes / 1024} KiB.`;
  return {
    kind: 'problems',
    problems: [{ place: path, message, action: 'Split it: pins.d holds as many files as there are owners.' }],
  };
}

/** Replaces a file of pins in one step: a reader sees the old text or the new one. Throws what the disk throws. */
export async function writePinFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const mode = (await statOf(path))?.mode ?? 0o600;
  const handle: FileHandle = await open(temporary, 'wx', mode & 0o777);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
