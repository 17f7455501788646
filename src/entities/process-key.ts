import { canonicalTail, imageTail, PROVIDER_HOST } from '../windows/index.ts';
import type { ProcessStart } from './types.ts';

/** What a record tells of the process that it is about. */
export interface ProcessClue {
  /** Any case, with or without braces. */
  readonly guid?: string | undefined;
  readonly pid?: number | undefined;
  /** Where it is told, a process id alone counts only for the same program. */
  readonly image?: string | undefined;
}

/** The key under which the tree knows a start; undefined where it has neither ProcessGuid nor process id. */
export function keyOfStart(start: Pick<ProcessStart, 'host' | 'processGuid' | 'pid' | 'startMs'>): string | undefined {
  const guid = foldGuid(start.processGuid);
  if (guid !== undefined) return guidKey(start.host, guid);
  return start.pid === undefined
    ? undefined
    : `${start.host}\u0000pid\u0000${start.pid}\u0000${Math.floor(start.startMs / 1000)}`;
}

export function guidKey(host: string, guid: string): string {
  return `${host}\u0000guid\u0000${guid}`;
}

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Lower case, without braces; the zero GUID names no process. */
export function foldGuid(guid: string | undefined): string | undefined {
  if (guid === undefined) return undefined;
  const bare = (guid.startsWith('{') ? guid.slice(1, -1) : guid).toLowerCase();
  return bare === '' || bare === '-' || bare === ZERO_GUID ? undefined : bare;
}

/** The program that a record tells of, as `imageTail` gives it; undefined where it tells of none: Sysmon writes `<unknown process>` of one that has ended. */
export function programOf(told: string | undefined): string | undefined {
  return told === undefined || told === '' || told.includes('unknown process') ? undefined : imageTail(told);
}

const BARRIERS: ReadonlySet<string> = new Set([
  '\\windows\\system32\\services.exe',
  '\\windows\\system32\\svchost.exe',
  '\\windows\\syswow64\\svchost.exe',
  '\\windows\\system32\\wbem\\wmiprvse.exe',
  '\\windows\\syswow64\\wbem\\wmiprvse.exe',
  '\\windows\\explorer.exe',
  '\\windows\\system32\\winlogon.exe',
]);
const BARE_BARRIERS: ReadonlySet<string> = new Set([
  'services.exe',
  'svchost.exe',
  PROVIDER_HOST,
  'explorer.exe',
  'winlogon.exe',
  'system',
]);

/**
 * True for a process that starts others for whoever asks (SETTLED C20): lineage through it ties nothing. A program of such
 * a name in another folder is none of them.
 */
export function isBarrier(image: string | undefined): boolean {
  if (image === undefined) return false;
  const tail = canonicalTail(image);
  return tail.includes('\\') ? BARRIERS.has(tail) : BARE_BARRIERS.has(tail);
}
