import { channelKey, type Event } from './event.ts';
import { imageTail, PROVIDER_HOST, SCRIPT_HOST } from './image.ts';
import { mayCreateSubscription, startsScriptOfWinrm } from './layouts.ts';
import { isDcomHost, isEmbedding } from './process-records.ts';
import { programClassOf } from './programs.ts';
import { mayCallElsewhere } from './stated-calls.ts';
import { ZEEK_CONN } from './wbem-calls.ts';

/** Hosts of WinRM: what they start was asked for from elsewhere. */
const WINRM_HOSTS: ReadonlySet<string> = new Set(['wsmprovhost.exe', 'winrshost.exe']);

/** Whose connections and look-ups are signs by themselves: script hosts have none in most networks, and MMC is called by DCOM (S06, R07). */
const TELLING_CALLERS: ReadonlySet<string> = new Set([SCRIPT_HOST, 'mmc.exe']);

/** Ids by channel key of what machines write all day, and what tells of an attack only beside other records. */
const CONTEXT: ReadonlyMap<string, ReadonlySet<number>> = new Map([
  // Connections, ends of processes, look-ups.
  ['microsoft-windows-sysmon/operational', new Set([3, 5, 22])],
  // Boots, logons and their ends, privileges, ends of processes, tickets, connections.
  ['security', new Set([4608, 4624, 4634, 4647, 4672, 4689, 4768, 4769, 5156])],
  ['system', new Set([12, 6005, 7036])],
  ['application', new Set([5615, 5617])],
  [ZEEK_CONN, new Set([0])],
]);

/**
 * True of a record that can be the sign of something by itself; of all kinds but those above, and of starts of processes by what started them and what they are told. A false answer
 * is about the record alone: beside others it may matter.
 */
export function mayTellAlone(event: Event): boolean {
  const channel = channelKey(event);
  if (CONTEXT.get(channel)?.has(event.eventId) === true) return TELLING_CALLERS.has(imageTail(callerOf(event)));
  if (channel === 'security' && event.eventId === 4688) {
    // The first two versions name no parent.
    if (event.version < 2) return true;
    return isTellingStart(event.get('NewProcessName'), event.get('ParentProcessName'), event.get('CommandLine'));
  }
  if (channel !== 'microsoft-windows-sysmon/operational' || event.eventId !== 1) return true;
  return isTellingStart(event.get('Image'), event.get('ParentImage'), event.get('CommandLine'));
}

/** The program that connected or looked a name up. */
function callerOf(event: Event): string | undefined {
  if (event.eventId === 5156) return event.get('Application');
  return event.eventId === 3 || event.eventId === 22 ? event.get('Image') : undefined;
}

function isTellingStart(image: string | undefined, parent: string | undefined, line: string | undefined): boolean {
  const parentTail = imageTail(parent);
  if (parentTail === PROVIDER_HOST || parentTail === SCRIPT_HOST || WINRM_HOSTS.has(parentTail)) return true;
  // Explorer starts whatever a person opens: of that only what can carry a command on.
  if (isDcomHost(parent)) return parentTail !== 'explorer.exe' || programClassOf(image ?? '') !== undefined;
  if (imageTail(image) === SCRIPT_HOST || (isDcomHost(image) && isEmbedding(line))) return true;
  return line !== undefined && (mayCreateSubscription(line) || startsScriptOfWinrm(line) || mayCallElsewhere(line));
}
