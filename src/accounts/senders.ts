import type { TrustClass } from '../windows/index.ts';
import { hostPatternProblem, MOST_HOST_PATTERNS, matchesHost } from './host-patterns.ts';
import { hideKeys } from './key-text.ts';

export type SenderState = 'active' | 'revoked';

/** Who brings events. Times are Unix milliseconds. */
export interface Sender {
  /** A word that never changes; it stands in envelopes and batches. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Patterns of the hosts that it may speak for; empty: it is not bound. */
  readonly hosts: readonly string[];
  /** Brings events of other machines (a collector of forwarded events, Logstash): it proves none of them. */
  readonly isRelay: boolean;
  readonly state: SenderState;
  readonly note: string;
  readonly createdMs: number;
  readonly revokedMs: number | null;
}

/**
 * What ties an event to who brought it: a sender without patterns, one whose patterns fit, a relay whose patterns (if any) fit, one whose
 * patterns do not fit, and an event that names no computer.
 */
export type Binding = 'unbound' | 'bound' | 'relayed' | 'mismatch' | 'unnamed';

/** What an event is worth by how it came (L18, TRUST 1 and 9). */
export interface Standing {
  readonly trust: TrustClass;
  readonly binding: Binding;
  /** The mark that the event keeps. */
  readonly mark: 'host_not_bound' | 'relayed' | null;
  readonly mayRaiseConfidence: boolean;
}

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Why this is no sender; `undefined` when it is one. */
export function senderProblem(sender: Pick<Sender, 'id' | 'name' | 'hosts' | 'note'>): string | undefined {
  if (!ID.test(sender.id))
    return 'The id of a sender has 1 to 64 of a-z, 0-9, - . _ and begins with a letter or digit.';
  if (sender.name.trim() === '' || sender.name.length > 128) return 'The name of a sender has 1 to 128 characters.';
  if (/\p{Cc}/u.test(sender.name + sender.note)) return 'The name and the note of a sender hold no control characters.';
  if (hideKeys(sender.name + sender.note) !== sender.name + sender.note)
    return 'The name and the note of a sender hold no key.';
  if (sender.note.length > 1024) return 'The note of a sender has at most 1,024 characters.';
  if (sender.hosts.length > MOST_HOST_PATTERNS) return `A sender has at most ${MOST_HOST_PATTERNS} host patterns.`;
  return sender.hosts.map(hostPatternProblem).find((problem) => problem !== undefined);
}

/** Whether a sender may speak for a computer: its patterns fit, or it has none. */
export function speaksFor(sender: Pick<Sender, 'hosts'>, computer: string): boolean {
  return sender.hosts.length === 0 || matchesHost(sender.hosts, computer);
}

/** What an event that claims a computer is worth when this sender brings it with that class of trust. */
export function standing(sender: Pick<Sender, 'hosts' | 'isRelay'>, computer: string, trust: TrustClass): Standing {
  const isNamed = /[\p{L}\p{N}]/u.test(computer);
  if (sender.hosts.length > 0 && isNamed && !matchesHost(sender.hosts, computer)) {
    return { trust: oneLess(trust), binding: 'mismatch', mark: 'host_not_bound', mayRaiseConfidence: false };
  }
  if (sender.isRelay) {
    const capped = trust === 'signed' ? 'authenticated' : trust;
    return { trust: capped, binding: isNamed ? 'relayed' : 'unnamed', mark: 'relayed', mayRaiseConfidence: isNamed };
  }
  if (!isNamed) return { trust, binding: 'unnamed', mark: null, mayRaiseConfidence: sender.hosts.length === 0 };
  return { trust, binding: sender.hosts.length === 0 ? 'unbound' : 'bound', mark: null, mayRaiseConfidence: true };
}

/** One grade lower (TRUST 1); a file keeps its class, which its digest earned and not its sender. */
function oneLess(trust: TrustClass): TrustClass {
  if (trust === 'signed') return 'authenticated';
  return trust === 'authenticated' ? 'unauthenticated' : trust;
}
