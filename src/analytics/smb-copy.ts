import { canonicalAddress, isLoopback, joinAccount, logonIdOf, numberOf, textOf } from '../entities/index.ts';
import { canonicalTail, type Event, formatTime } from '../windows/index.ts';
import type { HopFacts } from './finding.ts';
import { statedSource } from './stated-source.ts';
import type { Bench } from './watch.ts';

/** Rights that put data into a file: WriteData and AppendData. */
const WRITES = 0x2 | 0x4;

/** A file that came through ADMIN$ or C$. */
export interface SmbCopy {
  /** Host key of the machine that has the share. */
  readonly host: string;
  /** The file on that machine: canonical tail, `\windows\temp\a.exe`. */
  readonly path: string;
  readonly address: string | undefined;
  readonly account: string | undefined;
  readonly sid: string | undefined;
  readonly logonId: string | undefined;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly event: Event;
}

/**
 * Reads a 5145 that wrote a file of ADMIN$ or C$ from another machine; undefined for reads, for other shares, and for what
 * the machine wrote to itself, as the output of wmiexec is (DOMAIN 2.2 #43).
 */
export function readCopy(host: string, event: Event): SmbCopy | undefined {
  const mask = numberOf(event.get('AccessMask')) ?? 0;
  const path = sharedPath(event.get('ShareName'), event.get('RelativeTargetName'));
  if ((mask & WRITES) === 0 || path === undefined) return undefined;
  const address = canonicalAddress(event.get('IpAddress'));
  if (address !== undefined && isLoopback(address)) return undefined;
  return {
    host,
    path,
    address,
    account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
    sid: textOf(event, 'SubjectUserSid'),
    logonId: logonIdOf(event.get('SubjectLogonId')),
    timeMs: event.timeMs,
    timeTicks: event.timeTicks,
    event: event.detach(),
  };
}

/** The path on the machine of a file reached through one of its administrative shares, as a canonical tail. */
export function sharedPath(share: string | undefined, name: string | undefined): string | undefined {
  const shareName = share?.slice(share.lastIndexOf('\\') + 1).toUpperCase();
  if (name === undefined || name === '' || name === '\\') return undefined;
  const relative = name.startsWith('\\') ? name : `\\${name}`;
  if (shareName === 'ADMIN$') return canonicalTail(`\\Windows${relative}`);
  return shareName !== undefined && /^[A-Z]\$$/.test(shareName) ? canonicalTail(relative) : undefined;
}

/** Under which the source of a copy is asked for; asks for it at once, so that what leads to it is kept. */
export function openCopy(copy: SmbCopy, { entities, joins }: Bench): string {
  const { host, address, account, sid, logonId, timeMs, timeTicks } = copy;
  const key = `copy\u0000${host}\u0000${address ?? '-'}\u0000${logonId ?? '-'}\u0000${timeMs}.${timeTicks}`;
  const logon = logonId === undefined ? undefined : entities.logonOf(host, logonId, timeMs);
  joins.open({
    key,
    host,
    ...(account === undefined ? {} : { account }),
    ...(sid === undefined ? {} : { sid }),
    timeMs,
    timeTicks,
    ...(logon === undefined ? {} : { logon }),
    via: 'smb',
  });
  return key;
}

/** The hop that carried the copy; where no join names its source, the record's own address does. */
export function copyHop(copy: SmbCopy, key: string, object: HopFacts['object'], bench: Bench): HopFacts {
  const { entities, joins } = bench;
  const { host, address, account, logonId, timeMs, timeTicks, event } = copy;
  const logon = logonId === undefined ? undefined : entities.logonOf(host, logonId, timeMs);
  const joined = joins.sourcesOf(key);
  return {
    object,
    target: { host, ...(logonId === undefined ? {} : { logonId }) },
    ...(account === undefined ? {} : { account }),
    method: 'smb',
    time: formatTime(timeMs, timeTicks),
    caller:
      logon === undefined
        ? []
        : [
            {
              join: 'J1',
              strength: logon.strength,
              text: `the file was written under LogonId ${logon.logonId} of the logon`,
              rivals: 0,
              evidence: [...entities.cite(event), ...logon.evidence],
            },
          ],
    sources: joined.length > 0 ? joined : statedSource(address, timeMs, bench),
    isSeenAtTarget: true,
  };
}

/** Host key or address of where the copy came from, as far as it is known. */
export function sourceOfCopy({ sources }: HopFacts): string | undefined {
  const named = sources.find(({ isNamed }) => isNamed);
  return named?.host ?? named?.address;
}
