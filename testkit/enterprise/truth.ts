/** What really happened, by which what a hunt says is judged (L28). Hosts are Computer names as logged. */

export interface TrueHop {
  readonly target: string;
  /** `CORP\alice`: as whom the target was called. */
  readonly account: string;
  readonly method: 'wmi-dcom' | 'wmi-winrm' | 'dcom' | 'smb';
  /** FILETIME by the target's clock, of what was done. */
  readonly time: bigint;
  readonly source: {
    /** The machine, where its own logs or the target's let one name it; absent where nothing can. */
    readonly computer?: string;
    /** As the target saw it; absent where the target's records tell none. */
    readonly address?: string;
    /** The program that called, where the source's logs hold it. */
    readonly pid?: number;
  };
  readonly childPid?: number;
  readonly commandLine?: string;
  /** Several sources that no record tells apart: none may be named (L9). */
  readonly isAmbiguous?: boolean;
}

export interface TrueSubscription {
  readonly computer: string;
  readonly filter: string;
  readonly consumer: string;
  readonly payload: string;
  readonly creator: string;
  readonly hasFired: boolean;
}

/** One attack: what a person would handle as one case. */
export interface TrueAttack {
  readonly name: string;
  readonly hops: readonly TrueHop[];
  /** What WMI started where nothing is left of the call. */
  readonly children: readonly { readonly computer: string; readonly pid: number; readonly commandLine: string }[];
  readonly subscriptions: readonly TrueSubscription[];
  /** Analytics of which at least one has to tell it. */
  readonly analytics: readonly string[];
  /** Lowest level of the incident. */
  readonly level: 'low' | 'medium' | 'high' | 'critical';
}
