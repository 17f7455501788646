import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { nodeFilePort } from '../hunt/index.ts';
import { type HuntOptions, type HuntResult, looksLikeResult, readResult, SchemaCheck } from '../report/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { commonFlags, type Talk, talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { huntPaths } from './hunting.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { pinFlagsOf } from './pin-flags.ts';
import { textFlags } from './text-flags.ts';

/** What is read where neither a result nor evidence is named (PRODUCT 4). */
export const DEFAULT_RESULT = 'findings.jsonl';
/** Enough to know a result by. */
const START_BYTES = 64;

/** Nothing that is asked of a result depends on what a hunt would let through. */
const WHOLE: HuntOptions = { hosts: [], minLevel: 'informational', failLevel: 'never', carve: true, strict: false };

export type Source = { readonly result: HuntResult } | { readonly code: number };

/** The result that the operands name: a file that a hunt wrote, `-`, or evidence, which is hunted first. */
export async function resultOf(
  operands: readonly string[],
  invocation: Invocation,
  environment: Environment,
  interrupt: Interrupt,
  hash = false,
): Promise<Source> {
  const talk = talkOf(invocation, environment);
  if (operands.length === 0) return await defaultResult(environment, talk);
  if (operands.includes('-')) {
    if (operands.length > 1) return { code: refuse(environment, [onlyOne('-')]) };
    return await parse(environment.stdin, 'standard input', talk);
  }
  const results = await resultsAmong(operands);
  const [file] = results;
  if (file === undefined) return await huntFor(operands, invocation, environment, interrupt, talk, hash);
  if (operands.length > 1) return { code: refuse(environment, [onlyOne(file)]) };
  return await readResultFile(file, talk);
}

async function defaultResult(environment: Environment, talk: Talk): Promise<Source> {
  if (await isResult(DEFAULT_RESULT)) return await readResultFile(DEFAULT_RESULT, talk);
  return {
    code: refuse(environment, [
      {
        code: 'TRIAD-E-ARG-MISSING',
        place: 'RESULT|PATH...',
        message: `No result and no evidence is named, and the current folder holds no ${DEFAULT_RESULT}.`,
        action: 'Name a file that triad hunt --format jsonl wrote, or evidence, which is hunted first.',
      },
    ]),
  };
}

function onlyOne(file: string): UsageProblem {
  return {
    code: 'TRIAD-E-ARG-RESULT',
    place: file,
    message: 'A result is whole by itself: nothing else can be named beside it.',
    action: 'Name the result alone, or hunt all the evidence together.',
  };
}

/** Of these paths, those that are files written by a hunt. */
export async function resultsAmong(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) if (await isResult(path)) found.push(path);
  return found;
}

async function isResult(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const handle = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
      return looksLikeResult(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (cause) {
    // A path that is not there, or may not be read, is told by the hunt that is made of it.
    if (cause instanceof Error && 'code' in cause) return false;
    throw cause;
  }
}

export async function readResultFile(path: string, talk: Talk): Promise<Source> {
  return await parse(createReadStream(path), path, talk);
}

async function parse(stream: AsyncIterable<unknown>, name: string, talk: Talk): Promise<Source> {
  const schema = await readFile(new URL('../../schemas/common.schema.json', import.meta.url), 'utf8');
  try {
    const answer = await readResult(bytesOf(stream), new SchemaCheck(schema));
    if (answer.kind === 'result') return { result: answer.result };
    const { code, line, message, action } = answer;
    talk.say('error', { code, place: line === 0 ? name : `${name}, line ${line}`, message, action });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    talk.say('error', {
      code: 'TRIAD-E-IO-READ',
      place: name,
      message: `It could not be read (${String(cause.code)}).`,
      action: 'Name a file that can be read.',
    });
  }
  return { code: 3 };
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}

async function huntFor(
  paths: readonly string[],
  invocation: Invocation,
  environment: Environment,
  interrupt: Interrupt,
  talk: Talk,
  hash: boolean,
): Promise<Source> {
  const runStartMs = environment.wallMs();
  const common = commonFlags(invocation, runStartMs);
  const texts = await textFlags(invocation);
  const pinned = await pinFlagsOf(invocation, environment);
  const problems = [...common.problems, ...texts.problems, ...pinned.problems];
  if (problems.length > 0) return { code: refuse(environment, problems) };
  const options: HuntOptions = {
    ...WHOLE,
    carve: !invocation.flags.has('no-carve'),
    ...(texts.mapDigests.length === 0 ? {} : { maps: texts.mapDigests }),
    ...(pinned.digests.length === 0 ? {} : { pins: pinned.digests }),
    ...(texts.assumedZone === undefined ? {} : { assumeZone: invocation.flags.get('assume-zone')?.at(-1) ?? '' }),
  };
  const port = nodeFilePort(process.cwd());
  return await huntPaths({
    invocation,
    environment,
    paths,
    options,
    common,
    texts,
    pack: await bundledRules(),
    pins: pinned.pins,
    hash,
    port,
    talk,
    interrupt,
    runStartMs,
  });
}
