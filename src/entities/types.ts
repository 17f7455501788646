import type { Event, Evidence } from '../windows/index.ts';

/** How sure a join is (L9, DOMAIN 2.3). */
export type Strength = 'exact' | 'strong' | 'weak' | 'inferred';

/** Whom a lookup is about; a SID wins over a name (DOMAIN 2.2 #30). */
export interface Who {
  readonly account?: string;
  readonly sid?: string;
}

/** A remote logon that may have carried an act, with the join that says so (DOMAIN 2.3). */
export interface CandidateLogon {
  /** J1, J12 or J13. */
  readonly join: string;
  readonly strength: Strength;
  readonly account: string;
  readonly address?: string;
  /** The client ports of the connection set, ascending. */
  readonly ports: readonly number[];
  readonly workstation?: string;
  readonly logonId: string;
  readonly time: string;
  readonly evidence: readonly Evidence[];
}

/** What the rooms above may ask about hosts, accounts and logons. Host arguments are host keys. */
export interface WhoIsWho {
  /** Host key of a Computer as written (DOMAIN 3.4). */
  hostKey(computer: string): string;
  /** Every other name of that host seen in evidence, sorted. */
  hostAliases(host: string): readonly string[];
  accountOfSid(host: string, sid: string): string | undefined;
  sidOfAccount(host: string, account: string): string | undefined;
  /**
   * Remote logons of this account open around a time: J12 (by name) or J13 (by SID), connection sets folded (SETTLED C3),
   * logon in [-30 s, +1 s] of the act. Several sources of equal strength make each weak; all are listed.
   */
  remoteLogons(host: string, who: Who, atMs: number): readonly CandidateLogon[];
  /** The remote logon whose LogonId the process carries: J1. */
  logonOf(host: string, logonId: string, atMs: number): CandidateLogon | undefined;
  /** An interactive logon (types 2, 7, 10, 11) of the account open at the time. */
  interactiveLogon(host: string, who: Who, atMs: number): Evidence | undefined;
  /**
   * Cites a record: gives its evidence entries, one for each copy, and keeps a detached copy so that the result can hold
   * the record whole.
   */
  cite(event: Event): readonly Evidence[];
}
