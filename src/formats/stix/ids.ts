import { createHash } from 'node:crypto';
import { type Canonical, canonicalJson } from '../../bytes/index.ts';

/** Namespace for observables (STIX 2.1, 2.9). */
const OBSERVABLES = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** Our own, for all else, so that the same evidence gives the same ids (L14). */
const OURS = 'b8a1f1de-6c0b-4d0f-9a52-3f5a2f0c7e41';

/** UUID of version 5 (RFC 9562, 5.5), or with the mark of version 4 on the same bits. */
function uuidOf(namespace: string, name: string, version: 4 | 5 = 5): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | (version << 4), 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.subarray(0, 16).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Id of an observable, by those of its properties that make it up. */
export function observableId(type: string, properties: { readonly [key: string]: Canonical | undefined }): string {
  return `${type}--${uuidOf(OBSERVABLES, canonicalJson(properties))}`;
}

/** Id of any other object, by what it is of. */
export function objectId(type: string, ...parts: readonly Canonical[]): string {
  return `${type}--${uuidOf(OURS, canonicalJson([type, ...parts]))}`;
}

/** Id of a process: the standard wants version 4 for what no property makes up; its bits are those of a digest all the same (L7). */
export function processId(...parts: readonly Canonical[]): string {
  return `process--${uuidOf(OURS, canonicalJson(['process', ...parts]), 4)}`;
}
