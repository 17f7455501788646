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
/** Security: a process was created. */
const PROCESS_CREATED = 4688;
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
  if (!BETWEEN_PROCESSES.has(event.eventId)) {
    return { ...clueOf(event, ''), user: textOf(event, 'User'), logonId: logonIdOf(event.get('LogonId')) };
  }
  const clue = clueOf(event, 'Source', event.eventId === 10 ? 'GUID' : 'Guid');
  return { ...clue, user: textOf(event, 'SourceUser') };
}

function securityActor(event: Event): Actor {
  if (event.eventId === PROCESS_CREATED) return createdProcess(event);
  return {
    pid: numberOf(event.get('ProcessId')),
    image: textOf(event, 'ProcessName'),
    ...accountOf(event, 'Subject'),
  };
}

/**
 * The process of a 4688 itself, under its effective account (DOMAIN 2.2 #16). Versions 0 and 1 name its creator's alone, which is
 * not its own (DOMAIN 2.2 #52).
 */
function createdProcess(event: Event): Actor {
  const process = { pid: numberOf(event.get('NewProcessId')), image: textOf(event, 'NewProcessName') };
  if (event.version < 2 && event.get('TargetLogonId') === undefined) return process;
  const prefix = logonIdOf(event.get('TargetLogonId')) === undefined ? 'Subject' : 'Target';
  return { ...process, ...accountOf(event, prefix) };
}

function accountOf(event: Event, prefix: 'Subject' | 'Target'): Pick<Actor, 'user' | 'sid' | 'logonId'> {
  return {
    user: joinAccount(event.get(`${prefix}DomainName`), event.get(`${prefix}UserName`)),
    sid: textOf(event, `${prefix}UserSid`),
    logonId: logonIdOf(event.get(`${prefix}LogonId`)),
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
