import type { Caller, CandidateLogon, ProcessStart } from '../entities/index.ts';
import type { Event, ProgramClass } from '../windows/index.ts';
import type { PayloadFeature } from '../wmi/index.ts';
import type { WmiexecLegs } from './wmiexec-legs.ts';

/** What WMI did with a process: started it by a provider host, or ran a script consumer in it. */
export type CaseKind = 'providerChild' | 'scriptHost';

/** A process below scrcons.exe: evidence of the finding about its parent. */
export interface ScriptChild {
  readonly image: string;
  readonly commandLine: string | undefined;
  readonly pid: number | undefined;
  readonly events: readonly Event[];
}

/** A sign that the call came from this machine (SETTLED C10). */
export interface LocalSign {
  /** "winrm.vbs ran under the same logon 0.7 s before". */
  readonly text: string;
  readonly events: readonly Event[];
}

/** One process that WMI started, with everything that was known two seconds later; judged when the dossiers are known. */
export interface ProcessCase {
  readonly kind: CaseKind;
  readonly host: string;
  readonly pid: number | undefined;
  /** Lower case; also of a script host that only its children name. */
  readonly guid: string | undefined;
  readonly image: string;
  readonly programClass: ProgramClass | undefined;
  readonly commandLine: string | undefined;
  readonly parentImage: string | undefined;
  readonly parentPid: number | undefined;
  readonly user: string | undefined;
  readonly logonId: string | undefined;
  /** True where the LogonId is the process's own and not its creator's. */
  readonly isOwnLogon: boolean;
  /** RFC 3339. */
  readonly time: string;
  readonly startMs: number;
  readonly startTicks: number;
  /** What an id is made of, for each record of the process: Sysmon's first (SETTLED A4). */
  readonly identities: readonly { readonly pid: number | null; readonly startMs: number | undefined }[];
  /** The records of the start, then that of the parent where it was joined by process id. */
  readonly events: readonly Event[];
  /** The settled start, by which the firing join is asked; undefined where it is not in the logs. */
  readonly start: ProcessStart | undefined;
  readonly caller: Caller | undefined;
  /** Callers just before a child without a LogonId of its own (DOMAIN 2.2 #52). */
  readonly callersBefore: readonly CandidateLogon[];
  readonly localSign: LocalSign | undefined;
  /** Under which the sources of the call are asked for; undefined where nobody called from afar. */
  readonly callKey: string | undefined;
  /** What was found around a child in the shape of wmiexec, two minutes after its start (R03). */
  legs: WmiexecLegs;
  /** Why DOMAIN 2.2 #46 excludes it. */
  readonly exclusion: string | undefined;
  /** Of the command line without a known tool's wrapper (SETTLED C14), or of a script host's children. */
  features: readonly PayloadFeature[];
  /** The tool whose wrapper the command line is. */
  readonly tool: string | undefined;
  /** Children of a script host, at most `MAX_CHILDREN`, and how many there were. */
  readonly children: ScriptChild[];
  childCount: number;
  /** True once the bounds let go of it. */
  isReleased: boolean;
}
