import type { CandidateLogon, JoinedProcess, JoinId, Strength } from '../entities/index.ts';
import type { Event, Evidence } from '../windows/index.ts';

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
  readonly via: 'wmi' | 'dcom' | 'winrm' | 'smb';
  /** The process that ran on the target, where there is one. */
  readonly process?: {
    readonly key?: string;
    readonly pid?: number;
    readonly logonId?: string;
    readonly commandLine?: string;
  };
}

/** What one row of the join table says about the source of a call. */
export interface SourceClaim {
  readonly join: JoinId;
  readonly strength: Strength;
  readonly text: string;
  readonly host?: string;
  readonly address?: string;
  readonly account?: string;
  readonly process?: JoinedProcess;
  /** Cited when the claim is told. */
  readonly events: readonly Event[];
  readonly evidence?: readonly Evidence[];
}

/**
 * One row of the join table (DOMAIN 2.3, SETTLED C6) that can name a source. It reads the tables of `entities`; what it
 * must remember by itself it bounds by itself (L15).
 */
export interface JoinRow {
  readonly id: JoinId;
  /** Claims about the call with what is known now. Asked when the call is opened, 15 minutes of event time later, and at the end. */
  claims(call: Call): readonly SourceClaim[];
}
