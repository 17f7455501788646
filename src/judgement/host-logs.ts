import type { EngineResult, LogsOfHost } from '../analytics/index.ts';
import type { HostTable } from '../entities/index.ts';
import type { CoverageCount } from '../windows/index.ts';

const WMI_ACTIVITY = 'Microsoft-Windows-WMI-Activity/Operational';

/** What the logs of a host can say about a subscription that they do not hold (SETTLED D4). */
export function logsOf(
  host: string,
  { facts }: EngineResult,
  broken: ReadonlySet<string>,
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): LogsOfHost {
  const key = WMI_ACTIVITY.toLowerCase();
  const ofLog = coverage.filter(
    ({ computer, channel }) => channel.toLowerCase() === key && hosts.keyOf(computer) === host,
  );
  const isWhole = ofLog.length > 0 && ofLog.every(({ halfHours }) => halfHours !== undefined);
  return {
    starts: facts.winmgmtStarts(host),
    logEndMs: facts.lastRecordMs(host, WMI_ACTIVITY),
    isUnbroken: isWhole && !facts.isCleared(host) && !broken.has(`${host}\u0000${key}`),
  };
}
