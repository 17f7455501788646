import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type LoadedPins,
  loadPins,
  PIN_FILE,
  PIN_FOLDER,
  type Pin,
  type PinProblem,
  pastReview,
} from '../pins/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Talk } from './common.ts';
import type { Environment } from './environment.ts';
import { folderOf } from './server-settings.ts';

/** What `--pins` says, or the folder of the server, with everything that is wrong with it. */
export interface PinFlags {
  /** Undefined where there is no file of pins. */
  readonly pins: readonly Pin[] | undefined;
  /** Names and SHA-256 of the files: part of the options (L3). */
  readonly digests: readonly string[];
  readonly problems: readonly UsageProblem[];
}

const NO_PINS: PinFlags = { pins: undefined, digests: [], problems: [] };

/** Reads `pins.yaml` and `pins.d` of the server's folder (`--data` where the verb has it), or what `--pins` names instead (SERVE 0.1: 23). */
export async function pinFlagsOf(invocation: Invocation, environment: Environment): Promise<PinFlags> {
  const named = flagValue(invocation, 'pins');
  if (named === 'none') return NO_PINS;
  const path = named ?? folderOf(invocation, environment);
  if (named === undefined && !existsSync(join(path, PIN_FILE)) && !existsSync(join(path, PIN_FOLDER))) {
    return NO_PINS;
  }
  const loaded = await readPinsAt(path);
  if (loaded.kind === 'problems') return { pins: undefined, digests: [], problems: usageOf(loaded.problems) };
  return loaded.files.length === 0 ? NO_PINS : { pins: loaded.pins, digests: loaded.digests, problems: [] };
}

/** The pins at a path; what the disk says against it is a problem of that path. */
export async function readPinsAt(path: string): Promise<LoadedPins> {
  try {
    return await loadPins(path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    const message = `The pins could not be read (${String(cause.code)}).`;
    return { kind: 'problems', problems: [{ place: path, message, action: 'Name files that can be read.' }] };
  }
}

export function usageOf(problems: readonly PinProblem[]): readonly UsageProblem[] {
  return problems.map((problem) => ({ code: 'TRIAD-E-PIN', ...problem }));
}

/** A pin is a debt, and one past review is overdue: it holds, and everybody is told (L16). */
export function warnOfReview(pins: readonly Pin[] | undefined, nowMs: number, talk: Talk): void {
  const overdue = pastReview(pins ?? [], nowMs);
  for (const { id, owner, review, place, what } of overdue.slice(0, TOLD)) {
    talk.say('warn', {
      code: 'TRIAD-W-PIN-REVIEW',
      place,
      message: `The review of pin ${id}${what === undefined ? '' : ` (${what})`} was due on ${review}; it holds until someone looks.`,
      action: `Ask ${owner}: give it a later review, or take it out with triad pin rm ${id}.`,
    });
  }
  if (overdue.length > TOLD) talk.line(`and ${overdue.length - TOLD} more pins past review: triad pin check names all`);
}

const TOLD = 5;
