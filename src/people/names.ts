/** Names that the audit has for others than people. */
const TAKEN: readonly string[] = [
  'server',
  'system',
  'engine',
  'outbox',
  'unknown',
  'local',
  'key',
  'anonymous',
  'nobody',
  'none',
];

/** Why a person may not have this name; `undefined` when they may. A name has no colon: `key:…` and `local:…` are others. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(name)) {
    return 'A name has 1 to 64 lower-case letters, digits, dots, underscores and hyphens, and begins and ends with a letter or digit.';
  }
  return TAKEN.includes(name) ? `"${name}" stands for a part of the server.` : undefined;
}

/** A name as people type it: without blanks around it, in lower case. */
export function typedName(text: string): string {
  return text.trim().toLowerCase();
}
