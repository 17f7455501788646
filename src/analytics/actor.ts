import {
  clueOf,
  type Entities,
  joinAccount,
  logonIdOf,
  numberOf,
  type ProcessClue,
  textOf,
} from '../entities/index.ts';
import { channelKey, type Event } from '../windows/index.ts';
import type { Glue } from './finding.ts';
import { glueOf } from './glue.ts';

/** Who did what a record tells, as far as the record says: what ties it to others (DOMAIN 3.4). */
export interface Actor extends ProcessClue {
  /** `DOMAIN\name`. */
  readonly user?: string | undefined;
  readonly sid?: string | undefined;
  readonly logonId?: string | undefined;
}

const SYSMON = 'microsoft-windows-sysmon/operational';
const SECURITY = 'security';
const POWERSHELL: ReadonlySet<string> = new Set([
  'microsoft-windows-powershell/operational',
  'powershellcore/operational',
]);
/** Sysmon's records of one process in another name the first as the source. */
const BETWEEN_PROCESSES: ReadonlySet<number> = new Set([8, 10]);

/** The process, account and session behind a record. */
export function actorOf(event: Event): Actor {
  const channel = channelKey(event);
  if (channel === SYSMON) return sysmonActor(event);
  if (channel === SECURITY) return securityActor(event);
  const sid = event.system('UserID');
  // PowerShell logs from within the process that runs the text.
  const pid = POWERSHELL.has(channel) ? numberOf(event.system('ProcessID')) : undefined;
  return { pid, sid };
}

function sysmonActor(event: Event): Actor {
  if (!BETWEEN_PROCESSES.has(event.eventId)) return { ...clueOf(event, ''), user: textOf(event, 'User') };
  const clue = clueOf(event, 'Source', event.eventId === 10 ? 'GUID' : 'Guid');
  return { ...clue, user: textOf(event, 'SourceUser') };
}

function securityActor(event: Event): Actor {
  return {
    pid: numberOf(event.get('ProcessId')),
    image: textOf(event, 'ProcessName'),
    user: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
    sid: textOf(event, 'SubjectUserSid'),
    logonId: logonIdOf(event.get('SubjectLogonId')),
  };
}

/** What ties what an actor did on a host to others, from the first record of it to the last (Unix milliseconds). */
export function glueOfActor(entities: Entities, host: string, actor: Actor, atMs: number, lastMs: number): Glue {
  const { user, sid, ...clue } = actor;
  return glueOf(entities, {
    ...clue,
    host,
    atMs,
    lastMs,
    accounts: user === undefined ? [] : [user],
    sids: sid === undefined ? [] : [sid],
  });
}
