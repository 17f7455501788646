import { packGroup, readCompiledRules } from './compiled-rules.ts';
import type { RuleGroup, RuleSet } from './rule-set.ts';

/** A set of rules as another thread can take it, whole: compiled here and once. */
export interface HandedRules {
  readonly groups: readonly Uint8Array[];
  readonly selection: RuleSet['selection'];
}

/** The form of a file of compiled rules says what it was made of; here nobody asks. */
const OF_MEMORY = { files: 0, sha256: '0'.repeat(64), mapped: [] };
const FAST = 1;

/** Compiles a set for another thread, which needs all of it: what findings say as well as what events are asked. */
export function handRules({ groups, selection }: RuleSet): HandedRules {
  return { groups: groups.map((group) => packGroup(group, OF_MEMORY, FAST)), selection };
}

/** @throws where the bytes are not those of `handRules`: this program made them. */
export function takeRules({ groups, selection }: HandedRules): RuleSet {
  return { groups: groups.map(groupOf), selection };
}

function groupOf(bytes: Uint8Array): RuleGroup {
  const reading = readCompiledRules(bytes, { isOwn: true, limits: UNBOUNDED });
  if (reading.kind === 'trouble') throw new Error(`rules handed to another thread cannot be read: ${reading.message}`);
  return { kind: 'compiled', compiling: reading.rules.compiling };
}

/** What a file from anyone may hold is no bound for what was compiled here. */
const UNBOUNDED = {
  fileBytes: Number.MAX_SAFE_INTEGER,
  inflatedBytes: 1 << 30,
  values: Number.MAX_SAFE_INTEGER,
};
