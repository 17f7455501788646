import { InnerPieces } from './inner-pieces.ts';
import { memberSource, type OpenArchive } from './open-archive.ts';
import { ReadAhead } from './read-ahead.ts';
import type { Reading } from './reading.ts';
import { memberStart } from './zip-directory.ts';
import { memberPieces } from './zip-key.ts';
import { isUnpacked, type ZipMember } from './zip-member.ts';

const COLLECTION_DATA = 'data.zip';
const COLLECTION_METADATA = 'metadata.json';
const MAX_METADATA_BYTES = 1 << 16;

/** True for the member in which an encrypted collection lies. */
export function isSealedData(name: string): boolean {
  return name === COLLECTION_DATA;
}

/**
 * Velociraptor's offline collector can pack a collection as an encrypted `data.zip`, and its password, encrypted for a certificate or a
 * PGP key, into `metadata.json` beside it. Gives the kind of key, undefined for any other archive.
 */
export async function sealOf(
  reading: Reading,
  { source, file, bytes }: OpenArchive,
  members: readonly ZipMember[],
): Promise<string | undefined> {
  const metadata = members.find(({ name, encryption }) => name === COLLECTION_METADATA && encryption === undefined);
  const isSealed = members.some(({ name, encryption }) => name === COLLECTION_DATA && encryption !== undefined);
  if (metadata === undefined || !isSealed || !isUnpacked(metadata.method)) return undefined;
  try {
    const start = await memberStart(new ReadAhead(file), metadata);
    if (start === undefined) return undefined;
    const length = Math.max(0, Math.min(metadata.compressedBytes, bytes - start));
    const inner = new InnerPieces(
      memberPieces(file, { member: metadata, start, length }, undefined, MAX_METADATA_BYTES),
    );
    const text = Buffer.from(await inner.head(MAX_METADATA_BYTES)).toString('utf8');
    await inner.close();
    return /"Scheme"\s*:\s*"(X509|PGP)"/i.exec(text)?.[1]?.toUpperCase();
  } catch (error) {
    reading.ioTrouble(error, memberSource(source, COLLECTION_METADATA), 'reading the member');
    return undefined;
  }
}
