import { createHash, type Hash } from 'node:crypto';

/** Those of RFC 9530 that are safe, by the names of `node:crypto`; any other is passed over. */
const ALGORITHMS: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };
const MEMBER = /^(sha-256|sha-512)(?:=([^;]*)|;|$)/;
const BYTES = /^:([A-Za-z0-9+/]*={0,2}):\s*$/;

interface Expected {
  readonly hash: Hash;
  readonly digest: Buffer;
}

/** What a `Content-Digest` says of the bytes of a body as they came, before any coding is taken off (RFC 9530, 2). */
export class ContentDigest {
  readonly #expected: ReadonlyMap<string, Expected>;

  private constructor(expected: ReadonlyMap<string, Expected>) {
    this.#expected = expected;
  }

  /** Undefined where the header names nothing that can be checked: then nothing is hashed. What is said of a known algorithm and cannot be read matches no body. */
  static of(header: string | undefined): ContentDigest | undefined {
    const expected = new Map<string, Expected>();
    for (const text of header?.split(',') ?? []) {
      const [, name = '', value = ''] = MEMBER.exec(text.trim()) ?? [];
      const algorithm = ALGORITHMS[name];
      if (algorithm === undefined) continue;
      const digest = Buffer.from(BYTES.exec(value)?.[1] ?? '', 'base64');
      // As in every dictionary of a header the last one of a name counts (RFC 8941, 4.2.2).
      expected.set(name, { hash: createHash(algorithm), digest });
    }
    return expected.size === 0 ? undefined : new ContentDigest(expected);
  }

  update(piece: Uint8Array): void {
    for (const { hash } of this.#expected.values()) hash.update(piece);
  }

  /** Asked once, when all bytes were taken. */
  matches(): boolean {
    return [...this.#expected.values()].every(({ hash, digest }) => hash.digest().equals(digest));
  }
}
