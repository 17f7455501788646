import { MAX_PASSWORDS, passwordsOf } from '../intake/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import { firstBytes } from './first-bytes.ts';

const MAX_BYTES = 1 << 20;

/** The passwords of `--password-file`, in order; none of them is ever part of a message (L22). */
export interface PasswordFlag {
  readonly passwords: readonly string[];
  readonly problems: readonly UsageProblem[];
}

export async function passwordFlag(invocation: Invocation): Promise<PasswordFlag> {
  const path = flagValue(invocation, 'password-file');
  if (path === undefined) return { passwords: [], problems: [] };
  const wrong = (message: string, action: string): PasswordFlag => ({
    passwords: [],
    problems: [{ code: 'TRIAD-E-ARG-PASSWORD-FILE', place: `--password-file ${path}`, message, action }],
  });
  let bytes: Buffer;
  try {
    bytes = await firstBytes(path, MAX_BYTES);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return wrong(`It cannot be read (${String(cause.code)}).`, 'Name a file with one password a line.');
  }
  if (bytes.length > MAX_BYTES) {
    return wrong(`It is larger than ${MAX_BYTES / 1024} KiB.`, 'Name a file with one password a line.');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wrong('It is not UTF-8.', 'Save it as UTF-8, one password a line.');
  }
  const passwords = passwordsOf(text);
  if (passwords.length === 0) return wrong('There is no password in it.', 'Write one password a line.');
  if (passwords.length > MAX_PASSWORDS) {
    return wrong(`It has more than ${MAX_PASSWORDS} passwords.`, 'Keep those that may open the evidence.');
  }
  return { passwords, problems: [] };
}
