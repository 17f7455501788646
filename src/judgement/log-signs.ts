import type { LogSign } from '../analytics/index.ts';
import type { HostTable } from '../entities/index.ts';
import { type Anomaly, type CoverageCount, type Instant, REPEATED_NAMES, type Source } from '../windows/index.ts';

interface Log {
  readonly host: string;
  readonly channel: string;
  readonly count: number;
  readonly last: Instant;
}

/** What is odd about whole logs, with the host and channel that most of their live records are of (T03, T13). Signs that records bear themselves are the engine's. */
export function logSigns(
  anomalies: readonly Anomaly[],
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): readonly LogSign[] {
  const ofLogs = anomalies.filter(({ code }) => code !== REPEATED_NAMES);
  if (ofLogs.length === 0) return [];
  const logs = logsOf(coverage, hosts);
  return ofLogs.flatMap((anomaly) => {
    const log = logs.get(keyOf(anomaly));
    return log === undefined ? [] : [{ host: log.host, channel: log.channel, until: log.last, anomaly }];
  });
}

function logsOf(coverage: readonly CoverageCount[], hosts: HostTable): ReadonlyMap<string, Log> {
  const rows = new Map<string, Map<string, Log>>();
  for (const { source, computer, channel, recordClass, count, last } of coverage) {
    if (recordClass !== 'live' || last === undefined) continue;
    const key = keyOf(source);
    const ofFile = rows.get(key) ?? new Map<string, Log>();
    rows.set(key, ofFile);
    const host = hosts.keyOf(computer);
    const of = `${host}\u0000${channel.toLowerCase()}`;
    const known = ofFile.get(of);
    const isLater = known === undefined || last.ms > known.last.ms;
    ofFile.set(of, { host, channel, count: count + (known?.count ?? 0), last: isLater ? last : known.last });
  }
  const logs = new Map<string, Log>();
  for (const [key, ofFile] of rows) {
    const [most] = [...ofFile].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
    if (most !== undefined) logs.set(key, most[1]);
  }
  return logs;
}

function keyOf({ file, container }: Source): string {
  return JSON.stringify([file, container ?? []]);
}
