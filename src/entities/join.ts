import type { Evidence } from '../windows/index.ts';
import type { ClientEnd } from './client-ends.ts';
import type { CandidateLogon, Strength } from './types.ts';

/** A row of the join table: DOMAIN 2.3, SETTLED C6; J25 is the holder of an address (DOMAIN 2.2 #40). */
export type JoinId = `J${number}`;

/** One join that supports one claim, with the records that it rests on (L9). */
export interface Join {
  readonly join: JoinId;
  readonly strength: Strength;
  /** What equals what, in one sentence: "LogonId 0x32c5cb5 of the process is that of the logon". */
  readonly text: string;
  /** Other candidates of equal strength for the same claim: each takes from its confidence. */
  readonly rivals: number;
  readonly evidence: readonly Evidence[];
}

/** A process at either end of a call. */
export interface JoinedProcess {
  readonly image?: string;
  readonly commandLine?: string;
  readonly pid?: number;
  /** `DOMAIN\name`. */
  readonly user?: string;
  /** Its node in the tree of processes of its host; undefined where no start or end of it was seen. */
  readonly key?: string;
}

/** Where a call came from, as far as the joins say. */
export interface CallSource {
  /** Host key; undefined where only the address is known. */
  readonly host?: string;
  readonly address?: string;
  /** What the client calls itself (SETTLED C7): told as `claimed`, never a key and never a join. */
  readonly claimedName?: string;
  /** The account at the source, where it is another than the caller's: the one that used the caller's credentials. */
  readonly account?: string;
  readonly process?: JoinedProcess;
  /** By what the call came in, where a connection of the client's end of its logon tells (`joins/transport.ts`). */
  readonly transport?: 'dcom' | 'winrm';
  /** That of its strongest join. */
  readonly strength: Strength;
  /** DOMAIN 2.3: exact 100, strong 60, weak 25, inferred 10, less 30 for each rival of equal strength. */
  readonly points: number;
  /** Strongest first; empty where only the logon itself names the address. */
  readonly joins: readonly Join[];
  /** J25: what says that the address was the host's then, where no record of the host itself tells the call. */
  readonly holder?: Join;
  /** The sole candidate, or the one that leads by 30 points (SETTLED C8). */
  readonly isNamed: boolean;
}

/** How a call reached its target (PRODUCT 7.1, SETTLED C12). */
export type HopMethod = 'wmi-dcom' | 'wmi-winrm' | 'dcom' | 'smb' | 'rpc' | 'unknown';

/** What the clocks of two hosts differ by, from pairs of records of one connection (SETTLED C4). */
export interface ClockOffset {
  /** Host keys; `b`'s clock is `offsetMs` ahead of `a`'s. */
  readonly a: string;
  readonly b: string;
  readonly offsetMs: number;
  /** Half the range of the pairs. */
  readonly errorMs: number;
  readonly pairs: number;
}

/** Something that a machine did for another one: whose source is asked for. */
export interface Call {
  /** Under which the sources are asked for when the run ends; the same call opened twice is one. */
  readonly key: string;
  /** Host key of the target. */
  readonly host: string;
  /** The caller, as far as the target tells. */
  readonly account?: string;
  readonly sid?: string;
  /** Of the act: start of the child, write of the object. Unix milliseconds. */
  readonly timeMs: number;
  readonly timeTicks: number;
  /** The logon that carried it (J1, J12, J13), whose address and ports lead to the source. */
  readonly logon?: CandidateLogon;
  /**
   * The client's ends of its connections. `Joins.open` takes them from the logon; a caller gives them where the network told
   * the call (N01).
   */
  readonly ends?: readonly ClientEnd[];
  /** Whose clock its times are by, where it is another than the target: the sensor that told it (N01). */
  readonly observer?: string;
  readonly via: 'wmi' | 'dcom' | 'winrm' | 'smb';
  /** The process that ran on the target, where there is one. */
  readonly process?: {
    readonly key?: string;
    readonly pid?: number;
    readonly logonId?: string;
    readonly commandLine?: string;
  };
}

/** Where calls came from: what the room of the joins answers to the rooms beside and above it. */
export interface CallSources {
  /** Remembers a call until the end of the run: what leads to its source is pinned (L15). */
  open(call: Call): void;
  /** The sources of a call that was opened, best first; empty: "source unknown". */
  sourcesOf(key: string): readonly CallSource[];
}
