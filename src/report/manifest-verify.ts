import { MANIFEST_SCHEMA } from './manifest.ts';
import { count, escapeTerminal, plural } from './terminal.ts';

/** What a manifest says of one file, as far as checking it needs: an input, or an output of the run. */
export interface RecordedInput {
  /** Absent = an input. */
  readonly isOutput?: boolean;
  readonly pathAsGiven: string;
  readonly bytes: number;
  readonly sha256?: string;
}

/** The checkable part of a manifest file. */
export interface RecordedManifest {
  readonly evidence: readonly RecordedInput[];
  readonly outputs: readonly RecordedInput[];
}

const MAX_INPUTS = 1_000_000;

/** Reads a manifest file's text; a text is what is wrong with it. Nothing of it is trusted but what is named here. */
export function parseManifest(text: string): RecordedManifest | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isRecord(parsed)) return 'it is not a JSON object';
  if (parsed['schema'] !== MANIFEST_SCHEMA) {
    return `its schema is ${JSON.stringify(parsed['schema'] ?? null)}, expected "${MANIFEST_SCHEMA}"`;
  }
  const evidence = inputsOf(parsed['evidence'], 'pathAsGiven');
  if (typeof evidence === 'string') return `evidence${evidence}`;
  const result = parsed['result'];
  const outputs = isRecord(result) && result['outputs'] !== undefined ? inputsOf(result['outputs'], 'path') : [];
  if (typeof outputs === 'string') return `result.outputs${outputs}`;
  return { evidence, outputs: outputs.map((output) => ({ ...output, isOutput: true })) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inputsOf(value: unknown, pathKey: string): RecordedInput[] | string {
  if (!Array.isArray(value)) return ' is not a list';
  if (value.length > MAX_INPUTS) return ` has more than ${count(MAX_INPUTS)} entries`;
  const inputs: RecordedInput[] = [];
  for (const [index, item] of value.entries()) {
    if (!isRecord(item)) return `[${index}] is not an object`;
    const path = item[pathKey];
    const { bytes, sha256 } = item;
    if (typeof path !== 'string' || path === '') return `[${index}].${pathKey} is not a path`;
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) return `[${index}].bytes is not a size`;
    if (sha256 === undefined) {
      inputs.push({ pathAsGiven: path, bytes });
      continue;
    }
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) return `[${index}].sha256 is not a SHA-256`;
    inputs.push({ pathAsGiven: path, bytes, sha256: sha256.toLowerCase() });
  }
  return inputs;
}

/** What stands at a recorded path now: its size and hash, or why they are not known. */
export type ObservedInput =
  | { readonly bytes: number; readonly sha256: string }
  | { readonly problem: 'missing' | 'unreadable'; readonly text: string };

export interface VerifiedInput {
  readonly path: string;
  readonly status: 'same' | 'differs' | 'missing' | 'unreadable' | 'not hashed';
  readonly recorded: RecordedInput;
  readonly found?: { readonly bytes: number; readonly sha256: string };
  readonly text: string;
}

export interface Verification {
  readonly status: 'intact' | 'differs' | 'incomplete';
  /** 0 intact, 1 differs, 3 cannot be checked or is incomplete (PRODUCT 5). */
  readonly exit: 0 | 1 | 3;
  readonly inputs: readonly VerifiedInput[];
}

/**
 * Compares what a manifest recorded with what `observe` finds of each now. A difference outweighs what could not be
 * checked; a manifest with nothing to check is incomplete, never intact.
 */
export function verifyManifest(
  recorded: readonly RecordedInput[],
  observe: (input: RecordedInput) => ObservedInput,
): Verification {
  const inputs = recorded.map((input) => compare(input, observe(input)));
  const isDifferent = inputs.some(({ status }) => status === 'differs');
  const isWhole = inputs.length > 0 && inputs.every(({ status }) => status === 'same');
  const status = isDifferent ? 'differs' : isWhole ? 'intact' : 'incomplete';
  return { status, exit: status === 'differs' ? 1 : status === 'intact' ? 0 : 3, inputs };
}

function compare(recorded: RecordedInput, observed: ObservedInput): VerifiedInput {
  const path = recorded.pathAsGiven;
  if ('problem' in observed) return { path, status: observed.problem, recorded, text: observed.text };
  const found = { bytes: observed.bytes, sha256: observed.sha256.toLowerCase() };
  if (found.bytes !== recorded.bytes) {
    const text = `${plural(found.bytes, 'byte')} now, ${count(recorded.bytes)} recorded`;
    return { path, status: 'differs', recorded, found, text };
  }
  if (recorded.sha256 === undefined) {
    return { path, status: 'not hashed', recorded, found, text: 'the manifest holds no hash of it, only its size' };
  }
  if (found.sha256 !== recorded.sha256) {
    return {
      path,
      status: 'differs',
      recorded,
      found,
      text: `SHA-256 is ${found.sha256}, recorded ${recorded.sha256}`,
    };
  }
  return { path, status: 'same', recorded, found, text: plural(found.bytes, 'byte') };
}

/** The verification for people: what differs first, then what could not be checked, then one line of verdict. */
export function renderVerification(verification: Verification): string {
  const { inputs, status, exit } = verification;
  const order: readonly VerifiedInput['status'][] = ['differs', 'missing', 'unreadable', 'not hashed'];
  const lines = order.flatMap((wanted) =>
    inputs
      .filter((input) => input.status === wanted)
      .map((input) => escapeTerminal(`${wanted.padEnd(11)} ${input.path}: ${input.text}`)),
  );
  const words = {
    intact: 'intact',
    differs: 'something differs',
    incomplete: inputs.length === 0 ? 'the manifest names nothing to check' : 'not everything could be checked',
  };
  const told = (['input', 'output'] as const).flatMap((kind) => {
    const own = inputs.filter(({ recorded }) => (recorded.isOutput === true) === (kind === 'output'));
    const same = own.filter((input) => input.status === 'same').length;
    return own.length === 0 && kind === 'output' ? [] : [`${count(same)} of ${plural(own.length, kind)}`];
  });
  lines.push(`${told.join(' and ')} as recorded. Exit ${exit}: ${words[status]}.`);
  return `${lines.join('\n')}\n`;
}
