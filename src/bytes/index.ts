export { base32, type Canonical, canonicalJson, digestId, sha256Hex } from './digest.ts';
