/** Characters (code points) of a password (SETTLED G18). */
export const FEWEST_CHARACTERS = 12;
export const MOST_CHARACTERS = 1024;

/** scrypt as TRUST 6 has it: 2^17 rounds of blocks of 8, one lane; 128 MiB, and 330 ms of CPU time on the machine of docs/speed.md. */
export const SCRYPT: ScryptCost = { logN: 17, r: 8, p: 1 };
export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

export interface ScryptCost {
  /** Binary logarithm of the number of rounds. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** What is kept of a password. */
export interface PasswordHash extends ScryptCost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** Why this may not be the password of a person; `undefined` when it may. The password is never part of the answer. */
export function passwordProblem(password: string, name: string): string | undefined {
  const count = [...password].length;
  if (count < FEWEST_CHARACTERS || count > MOST_CHARACTERS) {
    return `A password has ${FEWEST_CHARACTERS} to ${MOST_CHARACTERS} characters, not ${count}.`;
  }
  if (!password.isWellFormed()) return 'A password is Unicode text.';
  return password.toLowerCase().trim() === name.toLowerCase() ? 'A password is not the name.' : undefined;
}

/** The bytes that are hashed: one form of a text whatever keyboard wrote it (RFC 8265, OpaqueString). */
export function passwordBytes(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize('NFC'));
}

/** A hash as the state has it: `scrypt$17$8$1$SALT$HASH`, both in base64url. */
export function passwordText({ logN, r, p, salt, hash }: PasswordHash): string {
  return ['scrypt', logN, r, p, Buffer.from(salt).toString('base64url'), Buffer.from(hash).toString('base64url')].join(
    '$',
  );
}

/** Reads what `passwordText` wrote; `undefined` for anything else, and for a cost that no version writes. */
export function readPasswordText(text: string): PasswordHash | undefined {
  const match = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d)\$([\w-]{22})\$([\w-]{43})$/.exec(text);
  if (match === null) return undefined;
  const [, logN, r, p, salt, hash] = match;
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (cost.logN < 10 || cost.logN > 20 || cost.r !== 8 || cost.p !== 1) return undefined;
  return { ...cost, salt: Buffer.from(salt ?? '', 'base64url'), hash: Buffer.from(hash ?? '', 'base64url') };
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const OF_GROUP = 5;

/** A password that is given out once: five groups of five letters and digits that are not mistaken for each other, 123 bits. */
export function makePassword(random: (bytes: number) => Uint8Array): string {
  const letters: string[] = [];
  // A byte of 248 and above would favour the first letters, and is drawn again.
  while (letters.length < GROUPS * OF_GROUP) {
    for (const byte of random(GROUPS * OF_GROUP - letters.length)) {
      if (byte < 248) letters.push(LETTERS.charAt(byte % LETTERS.length));
    }
  }
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * OF_GROUP, (at + 1) * OF_GROUP).join('')).join(
    '-',
  );
}
