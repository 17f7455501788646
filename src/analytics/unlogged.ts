import { digestId } from '../bytes/index.ts';
import { type Dossier, namedSubscription } from '../subscriptions/index.ts';
import { type Evidence, formatTime, type Gap } from '../windows/index.ts';
import { isBenign } from './benign.ts';
import { T03 } from './catalogue/t03.ts';
import type { JudgedFinding } from './finding.ts';
import { gap } from './gap.ts';
import { scoreOf } from './scoring.ts';
import { msOf } from './subscription-finding.ts';
import { hostWords, inSentence } from './wording.ts';

/** A start of WMI logs every standing binding again within this time (DOMAIN 3.5), milliseconds. */
const AFTER_START_MS = 300_000;
const BEFORE_START_MS = 10_000;
const WMI_ACTIVITY = 'microsoft-windows-wmi-activity/operational';

/** What a host's logs can say about a subscription that stands at rest and in no log. */
export interface LogsOfHost {
  /** Starts of Winmgmt, Unix milliseconds, ascending. */
  readonly starts: readonly number[];
  /** Last record of its WMI-Activity log, Unix milliseconds; undefined where it is not in evidence. */
  readonly logEndMs: number | undefined;
  /** True when that log is whole: no export, no gap, not cleared, not edited. */
  readonly isUnbroken: boolean;
}

/**
 * Subscriptions of a repository or an audit that no log tells of (SETTLED D4). That one was never logged is said only where the
 * WMI-Activity log is whole and holds a start of WMI after it stood: then somebody kept it out, or took it out where that start
 * logged others. Everywhere else it is a gap: it may have been planted before the log begins.
 */
export function unlogged(
  dossiers: readonly Dossier[],
  logsOf: (host: string) => LogsOfHost,
): { readonly gaps: readonly Gap[]; readonly findings: readonly JudgedFinding[] } {
  const gaps: Gap[] = [];
  const findings: JudgedFinding[] = [];
  for (const dossier of dossiers) {
    const { host, binding, seenIn } = dossier;
    const isLogged = seenIn.some((source) => source === '5861' || source === 'sysmon' || source === 'trace');
    const isAtRest = seenIn.includes('repository') || seenIn.includes('audit');
    if (isLogged || !isAtRest || binding === undefined || isBenign(dossier)) continue;
    const logs = logsOf(host);
    // Without that log one line says so for all of the host.
    if (logs.logEndMs === undefined) continue;
    const stoodMs = standsSince(dossier);
    const goneMs = goneSince(dossier);
    const start =
      logs.isUnbroken && stoodMs !== undefined
        ? logs.starts.find((ms) => ms > stoodMs && ms < goneMs && ms + AFTER_START_MS < (logs.logEndMs ?? 0))
        : undefined;
    const name = namedSubscription(dossier);
    if (start === undefined) {
      gaps.push(
        gap({
          host,
          what: `${name} stands at rest and is in no log`,
          so: `${whenPlanted(dossier)}, or records of it are gone: which of the two nobody can tell from them`,
          close: 'older WMI-Activity and Sysmon logs: archives, backups, shadow copies, forwarded events',
        }),
      );
      continue;
    }
    const at = formatTime(start, 0);
    const others = relogged(dossiers, host, start);
    if (others.length === 0) {
      gaps.push(
        gap({
          host,
          what: `${name} was never logged, though WMI started at ${at} while it stood`,
          so: 'that start logged no other subscription either: this Windows may not log them',
          close: 'the version of Windows; Sysmon 19 to 21',
        }),
      );
    } else findings.push(keptOut(dossier, start, others));
  }
  return { gaps, findings };
}

/** What it may be without a tampered log: where two looks bracket it, no log that reaches over the bracket can begin too late. */
function whenPlanted({ lifecycle }: Dossier): string {
  const came = lifecycle.find(({ step, part }) => step === 'appeared' && part === 'binding');
  if (came === undefined || typeof came.time === 'string') return 'it was planted before the logs begin';
  return `it was planted between ${came.time[0]} and ${came.time[1]} and the logs begin later`;
}

/** When its binding stood by a look whose time is known: the earliest such step. Unix milliseconds. */
function standsSince({ lifecycle }: Dossier): number | undefined {
  const times = lifecycle
    .filter(({ step, part }) => (step === 'present' || step === 'appeared') && part === 'binding')
    .filter(({ notBefore }) => notBefore !== true)
    .map(({ time }) => msOf(typeof time === 'string' ? time : time[1]));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** From when on an end of it, or its binding, may have been gone: a start behind that may have found nothing to log. Unix milliseconds. */
function goneSince({ lifecycle }: Dossier): number {
  const times = lifecycle
    .filter(({ step }) => step === 'deleted')
    .map(({ time, notBefore }) =>
      notBefore === true ? Number.NEGATIVE_INFINITY : msOf(typeof time === 'string' ? time : time[0]),
    );
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

/** Records by which this start logged other subscriptions of the host. */
function relogged(dossiers: readonly Dossier[], host: string, startMs: number): readonly Evidence[] {
  return dossiers
    .filter((dossier) => dossier.host === host)
    .flatMap(({ evidence }) => evidence)
    .filter(({ channel, eventId, time }) => {
      if (eventId !== 5861 || channel?.toLowerCase() !== WMI_ACTIVITY || time === undefined) return false;
      const ms = msOf(time);
      return ms >= startMs - BEFORE_START_MS && ms <= startMs + AFTER_START_MS;
    });
}

function keptOut(dossier: Dossier, startMs: number, others: readonly Evidence[]): JudgedFinding {
  const { host } = dossier;
  const evidence = [...dossier.evidence.slice(0, 4), ...others.slice(0, 4)];
  const why = 'a start of WMI logged the other subscriptions that stood, and not this one';
  const { level, score, terms } = scoreOf(T03.level, why, [], [], evidence);
  return {
    finding: {
      id: digestId(['finding', T03.id, host, WMI_ACTIVITY, dossier.id]),
      analytic: T03.id,
      title: `The WMI-Activity log of ${hostWords(host)} lacks ${inSentence(namedSubscription(dossier))}, which stood when WMI started at ${formatTime(startMs, 0)}`,
      level,
      score,
      terms,
      scope: T03.scope,
      host,
      hosts: [host],
      accounts: [],
      subscriptions: [dossier.id],
      candidates: [],
      attack: T03.attack,
      time: formatTime(startMs, 0),
      count: 1,
      aliases: [],
      evidence,
    },
    joins: [],
    glue: { processes: [], logons: [], accounts: [], firstMs: startMs, lastMs: startMs },
  };
}
