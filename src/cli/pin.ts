import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  checkFields,
  dayOf,
  documentOf,
  type Field,
  isPastReview,
  PIN_FILE,
  type Pin,
  type PinFile,
  pinId,
  withoutPin,
  withPin,
  writePinFile,
} from '../pins/index.ts';
import { answerFlags } from './answer.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { OutputLostError, openSink } from './output.ts';
import { runPinCheck } from './pin-check.ts';
import { contentOf } from './pin-content.ts';
import { readPinsAt, usageOf } from './pin-flags.ts';
import { table } from './server-rows.ts';
import { folderOf } from './server-settings.ts';

const DAY_MS = 86_400_000;

/** `triad pin add|list|rm|check`: the file of pins, without a server. */
export async function runPin(invocation: Invocation, environment: Environment): Promise<number> {
  const { problems } = answerFlags(invocation, environment, 'text');
  if (problems.length > 0) return refuse(environment, problems);
  switch (invocation.command.verb) {
    case 'pin add':
      return await add(invocation, environment);
    case 'pin rm':
      return await remove(invocation, environment);
    case 'pin list':
      return await list(invocation, environment);
    default:
      return await runPinCheck(invocation, environment);
  }
}

async function add(invocation: Invocation, environment: Environment): Promise<number> {
  const content = await contentOf(invocation, environment);
  if (content.kind === 'code') return content.code;
  if (content.kind === 'problem') return refuse(environment, [content.problem]);
  const nowMs = environment.wallMs();
  const fields = new Map<string, Field>(content.fields);
  for (const name of ['owner', 'reason', 'what'] as const) {
    const value = flagValue(invocation, name);
    if (value !== undefined) fields.set(name, { value });
  }
  fields.set('created', { value: dayOf(nowMs) });
  fields.set('review', { value: reviewDay(flagValue(invocation, 'review'), nowMs) });
  const { pin, problems } = checkFields(fields);
  if (pin === undefined) {
    return refuse(
      environment,
      problems.map(({ field, message, action }) => ({ code: 'TRIAD-E-PIN', place: flagOf(field), message, action })),
    );
  }
  const at = await pinsAt(invocation, environment);
  if ('problems' in at) return refuse(environment, at.problems);
  const id = pinId(pin);
  const known = at.pins.find((one) => one.id === id);
  if (known !== undefined) {
    const message = `This is pinned already, by ${known.owner} with the review ${known.review}.`;
    const action = `Change the review there, or take it out first: triad pin rm ${id}.`;
    return refuse(environment, [{ code: 'TRIAD-E-PIN', place: known.place, message, action }]);
  }
  await write(at.file, await withPin(at.files.find(({ path }) => path === at.file)?.text ?? '', pin));
  const words = `Pinned as ${id} in ${at.file}, review ${pin.review}. A running server takes it when it is told to reload (SIGHUP).\n`;
  return await tell(invocation, environment, words, { id, place: at.file, ...documentOf(pin) });
}

/** A day, or so many days from now on. */
function reviewDay(text: string | undefined, nowMs: number): string | undefined {
  const days = text === undefined ? null : /^(\d{1,4})d$/.exec(text);
  return days === null ? text : dayOf(nowMs + Number(days[1]) * DAY_MS);
}

function flagOf(field: string): string {
  if (field === '') return 'ID';
  return `--${field === 'accounts' ? 'account' : field === 'sources' ? 'source' : field}`;
}

async function remove(invocation: Invocation, environment: Environment): Promise<number> {
  const id = invocation.operands[0] ?? '';
  const at = await pinsAt(invocation, environment);
  if ('problems' in at) return refuse(environment, at.problems);
  for (const { path, text } of at.files) {
    const rest = await withoutPin(text, id);
    if (rest === undefined) continue;
    await write(path, rest);
    return await tell(invocation, environment, `Pin ${id} is out of ${path}.\n`, { id, place: path });
  }
  const message = 'No pin has this id.';
  return refuse(environment, [{ code: 'TRIAD-E-ARG-NO-ID', place: id, message, action: 'triad pin list names all.' }]);
}

async function list(invocation: Invocation, environment: Environment): Promise<number> {
  const at = await pinsAt(invocation, environment);
  if ('problems' in at) return refuse(environment, at.problems);
  const nowMs = environment.wallMs();
  const words = table(
    at.pins,
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'OF', of: ({ kind, callers }) => (callers === undefined ? kind : `${kind}, by callers`) },
      { title: 'WHAT', of: ({ what }) => what ?? '-' },
      { title: 'HOSTS', of: ({ hosts }) => hosts.join(' ') },
      { title: 'OWNER', of: ({ owner }) => owner },
      { title: 'REVIEW', of: (pin) => `${pin.review}${isPastReview(pin, nowMs) ? ' (past)' : ''}` },
      { title: 'REASON', of: ({ reason }) => reason },
    ],
    'Nothing is pinned.',
  );
  const rows = at.pins.map((pin) => ({ ...pin, isPastReview: isPastReview(pin, nowMs) }));
  return await tell(invocation, environment, words, rows);
}

interface PinsAt {
  readonly pins: readonly Pin[];
  readonly files: readonly PinFile[];
  /** The file that is written by hand. */
  readonly file: string;
}

/** What stands at `--pins`, or in the server's folder; where nothing stands yet, a pin will be the first. */
async function pinsAt(
  invocation: Invocation,
  environment: Environment,
): Promise<PinsAt | { readonly problems: readonly UsageProblem[] }> {
  const path = flagValue(invocation, 'pins') ?? folderOf(invocation, environment);
  const what = await kindOf(path);
  const isFile = what === 'file' || (what === undefined && /\.ya?ml$/.test(path));
  const file = isFile ? path : join(path, PIN_FILE);
  if (what === undefined) return { pins: [], files: [], file };
  const loaded = await readPinsAt(path);
  return loaded.kind === 'problems' ? { problems: usageOf(loaded.problems) } : { ...loaded, file };
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return undefined;
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writePinFile(path, text);
  } catch (cause) {
    throw new OutputLostError(path, cause);
  }
}

async function tell(
  invocation: Invocation,
  { stdout }: Environment,
  words: string,
  json: object | readonly object[],
): Promise<number> {
  const sink = openSink(flagValue(invocation, 'output') ?? '-', stdout);
  await sink.write(flagValue(invocation, 'format') === 'json' ? `${JSON.stringify(json, null, 2)}\n` : words);
  await sink.commit();
  return 0;
}
