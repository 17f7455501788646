import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type By,
  type Outcome,
  openState,
  type State,
  type StateLimits,
  type StepWrite,
} from '../../src/state/index.ts';

/** A time that tests count from: 2026-11-26T00:00:00Z. */
export const NOW_MS = 1_795_651_200_000;

export const BY: By = { who: 'local:tester', atMs: NOW_MS };

/** A folder that goes with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'triad-state-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The state of a folder; the caller closes it. */
export async function openedState(folder: string, limits: Partial<StateLimits> = {}): Promise<State> {
  const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random: randomBytes, limits });
  if (opened.kind === 'problem') return assert.fail(`${opened.code}: ${opened.message}`);
  return opened.state;
}

/** A new state in a folder of its own, both of which go with the test. */
export async function newState(t: TestContext, limits: Partial<StateLimits> = {}): Promise<State> {
  const state = await openedState(temporaryFolder(t), limits);
  t.after(() => state.close());
  return state;
}

/** What a call gave; the test fails if it was refused. */
export async function got<Value>(outcome: Promise<Outcome<Value>>): Promise<Value> {
  const settled = await outcome;
  if (settled.kind === 'refused') return assert.fail(`${settled.code}: ${settled.message}`);
  return settled.value;
}

/** The code of a refusal; `done` if there was none. */
export async function codeOf(outcome: Promise<Outcome<unknown>>): Promise<string> {
  const settled = await outcome;
  return settled.kind === 'refused' ? settled.code : 'done';
}

/** 32 bytes that are made of one number. */
export function digest(of: number): Uint8Array {
  return new Uint8Array(32).fill(of);
}

type BatchWrite = Extract<StepWrite, { kind: 'batch' }>;
type LetterWrite = Extract<StepWrite, { kind: 'deadLetter' }>;

export function batch(position: number, changes: Partial<BatchWrite> = {}): BatchWrite {
  const times = { receivedMs: NOW_MS + position, untilMs: NOW_MS + 1_000_000 };
  const name = { sender: 'ws-07', identity: `batch-${position}`, digest: digest(position % 256) };
  return { kind: 'batch', position, ...name, answer: '{"took":1}', ...times, ...changes };
}

export function letter(position: number, item: number, changes: Partial<LetterWrite> = {}): LetterWrite {
  const told = { code: 'shape_unknown', reason: 'no reader knows this shape', receivedMs: NOW_MS + position };
  return {
    kind: 'deadLetter',
    position,
    item,
    sender: 'ws-07',
    ...told,
    bytes: Buffer.from(`{"x":${item}}`),
    ...changes,
  };
}
