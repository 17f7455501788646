import type { ProcessStart } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import {
  type CreatingCall,
  canonicalNamespace,
  canonicalPropertyName,
  creatingCalls,
  payloadOf,
} from '../wmi/index.ts';
import { bindingOf } from './read-sysmon.ts';
import type { Sighting, Writer } from './sighting.ts';

/** Text that may hold creating calls, with whoever ran it. */
export interface CommandText {
  readonly text: string;
  readonly writer: Writer;
  readonly user?: string | undefined;
  readonly userSid?: string | undefined;
  readonly isInferred: boolean;
}

/** A creating call as a sighting, with the host that it names when that is another one than the caller's. */
export interface IntendedObject {
  readonly remoteHost?: string;
  readonly sighting: Sighting;
}

/** Calls of one text beyond this are left out: a real script creates a handful. */
const MAX_CALLS = 256;

/** The subscription objects that a text creates with values (DOMAIN 3.5); text that only mentions the classes gives none. */
export function readCommands(command: CommandText): readonly IntendedObject[] {
  const objects: IntendedObject[] = [];
  for (const call of creatingCalls(command.text).slice(0, MAX_CALLS)) {
    const sighting = sightingOf(call, command);
    if (sighting === undefined) continue;
    objects.push(call.remoteHost === undefined ? { sighting } : { remoteHost: call.remoteHost, sighting });
  }
  return objects;
}

/** A property by its name in any case, NULL left out. */
function property(call: CreatingCall, name: string): string | undefined {
  const exact = call.properties.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of call.properties) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

function sightingOf(call: CreatingCall, command: CommandText): Sighting | undefined {
  const base = {
    source: 'command' as const,
    act: 'intended' as const,
    user: command.user,
    userSid: command.userSid,
    namespace: call.namespace === undefined ? undefined : canonicalNamespace(call.namespace),
    writer: command.writer,
    isInferred: command.isInferred,
  };
  const name = property(call, 'Name');
  if (call.part === 'binding') {
    const binding = bindingOf(property(call, 'Filter'), property(call, 'Consumer'), others(call, 'filter', 'consumer'));
    if (binding?.filterName === undefined || binding.consumerName === undefined) return undefined;
    return { ...base, namespace: base.namespace ?? binding.consumerNamespace ?? binding.filterNamespace, binding };
  }
  if (call.part === 'filter') {
    const query = property(call, 'Query');
    if (name === undefined && query === undefined) return undefined;
    const eventNamespace = property(call, 'EventNamespace');
    return {
      ...base,
      filter: {
        name,
        query,
        language: property(call, 'QueryLanguage'),
        eventNamespace: eventNamespace === undefined ? undefined : canonicalNamespace(eventNamespace),
      },
    };
  }
  const properties = new Map<string, string>();
  for (const [key, value] of others(call, 'name', 'creatorsid')) {
    properties.set(canonicalPropertyName(key), value);
  }
  const payload = payloadOf(call.className, properties);
  if (name === undefined && payload === undefined) return undefined;
  return {
    ...base,
    consumer: { className: call.className, name, payload, properties, isWhole: false, isCut: false },
  };
}

function others(call: CreatingCall, ...without: readonly string[]): Map<string, string> {
  const kept = new Map<string, string>();
  for (const [key, value] of call.properties) if (!without.includes(key.toLowerCase())) kept.set(key, value);
  return kept;
}

/** The command line of a process as text that may create. */
export function commandOfProcess(start: ProcessStart): CommandText | undefined {
  if (start.commandLine === undefined) return undefined;
  return {
    text: start.commandLine,
    writer: {
      host: start.host,
      image: start.image,
      originalFileName: start.originalFileName,
      commandLine: start.commandLine,
      pid: start.pid,
      logonId: start.isOwnLogon ? start.logonId : undefined,
      isRemoteSession: false,
    },
    user: start.user,
    userSid: start.sid,
    isInferred: start.events.every((event) => event.isForeignTemplate),
  };
}

/** `User = CORP\alice` of 4103's ContextInfo or `UserId=CORP\alice` of 400 and 800. */
const USER_LINE = /^\s{0,32}(?:User|UserId)\s{0,8}=\s{0,8}(\S[^\r\n]{0,255})/im;
const HOST_NAME_LINE = /^\s{0,32}(?:Host Name|HostName)\s{0,8}=\s{0,8}(\S[^\r\n]{0,255})/im;
const HOST_APPLICATION_LINE = /^\s{0,32}(?:Host Application|HostApplication)\s{0,8}=\s{0,8}(\S[^\r\n]{0,32767})/im;

function lineOf(pattern: RegExp, text: string): string | undefined {
  const value = pattern.exec(text)?.[1]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** Whose PowerShell wrote a record: account, command line and session, from its context lines where it has them. */
export function powershellWriter(
  event: Event,
  host: string,
  context: string,
): Pick<CommandText, 'writer' | 'user' | 'userSid'> {
  const pid = Number(event.system('ProcessID'));
  const sid = event.system('UserID');
  return {
    writer: {
      host,
      image: event.provider.toLowerCase() === 'powershellcore' ? 'pwsh.exe' : 'powershell.exe',
      commandLine: lineOf(HOST_APPLICATION_LINE, context),
      pid: Number.isInteger(pid) && pid > 0 ? pid : undefined,
      isRemoteSession: lineOf(HOST_NAME_LINE, context)?.toLowerCase() === 'serverremotehost',
    },
    user: lineOf(USER_LINE, context),
    userSid: sid === undefined || sid === '' ? undefined : sid,
  };
}
