import type { CallSource, ClockOffset, Entities } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { ClearedLogs } from './blind.ts';
import type { Glue } from './finding.ts';
import { connectionsOf } from './findings.ts';
import { glueOf } from './glue.ts';
import type { Presence } from './presence.ts';
import type { Sight } from './sight.ts';
import { msOf } from './subscription-finding.ts';

/** What can be asked about a run when it has ended: hosts are host keys, times Unix milliseconds. */
export interface EngineFacts {
  /** What glues a dossier to findings: its creator, the logons that carried its write, the process that wrote it. */
  glueOf(dossier: Dossier): Glue;
  /** Where the write of a dossier came from by the join table, best first. */
  sourcesOf(dossier: Dossier): readonly CallSource[];
  /** Keys of the ancestors of a process up to a barrier (SETTLED C20). */
  ancestorsOf(processKey: string): readonly string[];
  /** The measured offset of two hosts' clocks (SETTLED C4). */
  clockOffset(a: string, b: string): ClockOffset | undefined;
  /** True when records of this id of this host stand within an hour before the time and within an hour after it (SETTLED C18). */
  isHeard(host: string, channel: string, eventId: number, atMs: number): boolean;
  /** Host key of a cited record, for Zeek's lines the called machine; undefined where the record was let go of (L15). */
  hostOfRecord(record: string): string | undefined;
  /** Starts of the WMI service that records of a host show, Unix milliseconds, ascending. */
  winmgmtStarts(host: string): readonly number[];
  /** Last record of a channel of a host, Unix milliseconds; undefined where none is in evidence. */
  lastRecordMs(host: string, channel: string): number | undefined;
  /** True where a record says that a log of this host was cleared. */
  isCleared(host: string): boolean;
  /** State of a host's log around a time. */
  logState(host: string, channel: string, atMs: number): 'given' | 'empty' | 'cleared' | 'not collected';
}

export interface FactSources {
  readonly entities: Entities;
  readonly sight: Sight;
  readonly presence: Presence;
  readonly cleared: ClearedLogs;
  sourcesOf(dossierId: string): readonly CallSource[];
}

export function engineFacts({ entities, sight, presence, cleared, sourcesOf }: FactSources): EngineFacts {
  return {
    glueOf: (dossier) => glueOfDossier(entities, dossier),
    sourcesOf: ({ id }) => sourcesOf(id),
    winmgmtStarts: (host) => entities.winmgmtStarts(host),
    lastRecordMs: (host, channel) => sight.channel(host, channel.toLowerCase())?.last?.ms,
    isCleared: (host) => cleared.of(host).length > 0,
    ancestorsOf: (key) => entities.processTree.ancestorsOf(key),
    clockOffset: (a, b) => entities.clocks.between(a, b),
    hostOfRecord: (record) => entities.hostOfRecord(record),
    isHeard: (host, channel, eventId, atMs) => presence.isHeard(host, channel, eventId, atMs),
    logState(host, channel, atMs) {
      const seen = sight.channel(host, channel.toLowerCase());
      if (seen === undefined) return 'not collected';
      const isEmptied = cleared
        .of(host)
        .some((clearing) => clearing.channel.toLowerCase() === channel.toLowerCase() && msOf(clearing.time) > atMs);
      if (isEmptied) return 'cleared';
      return seen.first === undefined ? 'empty' : 'given';
    },
  };
}

/** Its creator, the sessions that surely carried its write, and the process that wrote it. */
function glueOfDossier(entities: Entities, dossier: Dossier): Glue {
  const { host, origin, creator } = dossier;
  const carriers = origin.candidates.filter(({ strength }) => strength === 'exact' || strength === 'strong');
  const glue = glueOf(entities, {
    host,
    atMs: msOf(dossier.firstSeen),
    lastMs: msOf(dossier.lastSeen),
    ...(origin.kind !== 'local' || origin.process?.pid === undefined ? {} : { pid: origin.process.pid }),
    logonIds: carriers.map(({ logonId }) => logonId),
    accounts: creator.account === undefined ? [] : [creator.account],
    sids: creator.sid === undefined ? [] : [creator.sid],
  });
  return { ...glue, connections: carriers.flatMap((logon) => connectionsOf(host, logon)) };
}
