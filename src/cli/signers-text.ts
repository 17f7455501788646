import type { SignerDocument } from '../api/index.ts';

/** How a webhook signs, in words: of Ed25519 with the public key, which is for the receiver. */
export function signersText(signers: readonly SignerDocument[]): string {
  return signers
    .map(({ scheme, publicKey }) => (publicKey === undefined ? `${scheme} (HMAC-SHA256)` : `${scheme} (${publicKey})`))
    .join(' and ');
}
