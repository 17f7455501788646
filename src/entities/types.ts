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
  /** True where no log names the account of a SID and group policy in a repository does (SETTLED D2). */
  isAccountInferred(host: string, sid: string): boolean;
  sidOfAccount(host: string, account: string): string | undefined;
  /**
   * Remote logons of this account open around a time: J12 (by name) or J13 (by SID), connection sets folded (SETTLED C3),
   * logon in [-30 s, +1 s] of the act. Several sources of equal strength make each weak; all are listed. So does
   * a source whose address the logon does not tell (`-`, link-local: L10).
   */
  remoteLogons(host: string, who: Who, atMs: number): readonly CandidateLogon[];
  /** The remote logon whose LogonId the process carries: J1. */
  logonOf(host: string, logonId: string, atMs: number): CandidateLogon | undefined;
  /** An interactive logon (types 2, 7, 10, 11) of the account open at the time. */
  interactiveLogon(host: string, who: Who, atMs: number): Evidence | undefined;
  /** Times at which Winmgmt started on the host (5615, 7036, boots), Unix milliseconds ascending (DOMAIN 2.2 #10). */
  winmgmtStarts(host: string): readonly number[];
  /**
   * Cites a record: gives its evidence entries, one for each copy, and keeps a detached copy so that the result can hold
   * the record whole.
   */
  cite(event: Event): readonly Evidence[];
}

/**
 * One start of a process: Sysmon 1 and 4688 of the same process are one (SETTLED C2). It is settled two seconds after its
 * start, when no second record of it can follow.
 */
export interface ProcessStart {
  /** Host key. */
  readonly host: string;
  /** Sysmon's, else that of the 4688; undefined where neither names it. */
  readonly pid: number | undefined;
  /** Full path as written. */
  readonly image: string;
  readonly originalFileName?: string;
  /** Undefined where it was not logged: it is never the empty string. */
  readonly commandLine?: string;
  readonly parentPid?: number;
  /** As the record names it, or by the process id of the creator (DOMAIN 2.2 #18). */
  readonly parentImage?: string;
  readonly parentCommandLine?: string;
  /** True when the parent's image was found by its process id only. */
  readonly isParentJoined: boolean;
  /** Account that the process runs as, `DOMAIN\name`. */
  readonly user?: string;
  readonly sid?: string;
  /** Effective LogonId as lower-case hex, `0x3e7` (DOMAIN 2.2 #16). */
  readonly logonId?: string;
  /** False for a 4688 of version 0 or 1 without a Sysmon 1: its LogonId is the creator's (DOMAIN 2.2 #52). */
  readonly isOwnLogon: boolean;
  readonly terminalSession?: number;
  readonly processGuid?: string;
  readonly parentGuid?: string;
  /** Start: Sysmon's time where there is one. */
  readonly startMs: number;
  readonly startTicks: number;
  /** The records of it: Sysmon 1 first. */
  readonly events: readonly Event[];
  /** The record that names the parent where it was joined by process id. */
  readonly parentEvent?: Event;
}
