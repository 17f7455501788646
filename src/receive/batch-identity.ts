/** By what a batch is known again (L19). */
export interface BatchIdentity {
  readonly sender: string;
  /** `id`: the sender named it. `digest`: its content stands for it, for a short while (SERVE 0.1 point 8). */
  readonly by: 'id' | 'digest';
  readonly value: string;
}

/** How long a batch is known, milliseconds: one with an id for 7 days (SERVE 3.8), one without for 10 minutes. */
export const BATCH_ID_KEPT_MS: number = 7 * 24 * 3600 * 1000;
export const BATCH_DIGEST_KEPT_MS: number = 10 * 60 * 1000;

const MAX_BATCH_ID = 64;

/** What an envelope tells of the identity of its batch. */
export interface IdentifiedBatch {
  readonly sender: string;
  readonly batch?: string;
  readonly digest: string;
  readonly protocol: string;
}

/**
 * The identity of a batch: its sender and its id, or its sender, how it was sent, and the SHA-256 of its decoded body. The same bytes are other events by
 * another protocol: what was sent to the wrong one, and then to the right one, is no retry.
 */
export function batchIdentity({ sender, batch, digest, protocol }: IdentifiedBatch): BatchIdentity {
  return batch === undefined
    ? { sender, by: 'digest', value: `${protocol}:${digest}` }
    : { sender, by: 'id', value: batch };
}

/** Why a `Triad-Batch-Id` is not taken; undefined when it is. UUIDs and ULIDs are, and any other such name of up to 64 characters. */
export function checkBatchId(id: string): string | undefined {
  if (id === '') return 'A batch id has at least one character.';
  if (id.length > MAX_BATCH_ID) return `A batch id has at most ${MAX_BATCH_ID} characters.`;
  if (!/^[A-Za-z0-9._:-]+$/.test(id)) return 'A batch id is made of letters, digits, ".", "_", ":" and "-".';
  return undefined;
}

/** What a batch is beside one of the same identity: a retry of it, or another with its name (409, recorded). */
export function sameBatch(knownDigest: string, digest: string): 'replay' | 'conflict' {
  return knownDigest === digest ? 'replay' : 'conflict';
}
