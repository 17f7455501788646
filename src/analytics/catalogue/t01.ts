import { digestId } from '../../bytes/index.ts';
import { FairTable, joinAccount, secondOf } from '../../entities/index.ts';
import { type Event, type Evidence, formatTime, isPrintableMs } from '../../windows/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { glueOf } from '../glue.ts';
import { scoreOf } from '../scoring.ts';
import { msOf } from '../subscription-finding.ts';
import type { Bench, Found, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

const NEAR_MS = 3_600_000;
/** A group is one host. */
const BOUNDS = { max: 20_000, quota: 200 };
/** Longest name of a channel that Windows takes. */
const MAX_CHANNEL = 255;

interface Clearing {
  readonly host: string;
  readonly channel: string;
  readonly account: string | undefined;
  readonly logonId: string | undefined;
  readonly timeMs: number;
  readonly time: string;
  readonly evidence: readonly Evidence[];
}

/** T01: a log was emptied. */
export const T01: WatchAnalytic = {
  record: {
    id: 'T01',
    rev: 1,
    title: 'Log cleared',
    scope: 'tamper',
    question: 'Who emptied a log, and was it near something that it would have shown?',
    needs: [],
    entities: ['host', 'account', 'log'],
    conditions: [
      'Security 1102, or System 104',
      'critical where a finding of the families C or R lies within an hour on the host, else high',
    ],
    joins: [],
    windowMs: NEAR_MS,
    lagMs: 0,
    level: 'high',
    modifiers: [],
    attack: [{ new: 'T1685.005', old: ['T1070.001'] }],
    falsePositives: [
      { what: 'the set-up of a machine or a lab', tell: 'no finding near, and an administrator at the console' },
    ],
    blind: [
      'a log whose file was deleted or replaced: its ids begin anew',
      '104 stands in System, which may be cleared itself',
    ],
    dedupe: { key: ['host', 'log', 'second'], periodMs: 0 },
    evidenceKept: ['the record of the clearing'],
    test: {
      positive: ['T01: a cleared log is high, and critical within an hour of a subscription or a remote call'],
      negative: ['T01: two hours from anything it stays high; other ids of the provider are none'],
    },
  },
  open: (bench) => new ClearedLogWatch(bench),
};

class ClearedLogWatch implements Watch {
  readonly #bench: Bench;
  readonly #clearings = new FairTable<Clearing>(BOUNDS);

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { clearings: this.#clearings.evicted };
  }

  readonly takes = { security: [1102], system: [104] };

  accept(host: string, event: Event): void {
    const isSecurity = event.eventId === 1102;
    if (!isPrintableMs(event.timeMs)) return;
    const channel = isSecurity ? 'Security' : (event.get('Channel')?.slice(0, MAX_CHANNEL) ?? '');
    const key = `${channel.toLowerCase()}\u0000${secondOf(event.timeMs)}`;
    if (this.#clearings.get(host, key) !== undefined) return;
    this.#clearings.set(host, key, {
      host,
      channel,
      account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
      logonId: event.get('SubjectLogonId')?.toLowerCase(),
      timeMs: event.timeMs,
      time: formatTime(event.timeMs, event.timeTicks),
      evidence: this.#bench.entities.cite(event),
    });
  }

  finish({ findings }: Found): readonly JudgedFinding[] {
    const near = new Map<string, number[]>();
    for (const { finding } of findings) {
      if (!/^[CR]\d/.test(finding.analytic) || finding.level === 'informational') continue;
      const times = near.get(finding.host);
      if (times === undefined) near.set(finding.host, [msOf(finding.time)]);
      else times.push(msOf(finding.time));
    }
    const found: JudgedFinding[] = [];
    for (const host of [...this.#clearings.groups()].sort()) {
      for (const clearing of this.#clearings.valuesOf(host)) {
        const isNear = (near.get(host) ?? []).some((ms) => Math.abs(ms - clearing.timeMs) <= NEAR_MS);
        found.push(this.#finding(clearing, isNear));
      }
    }
    return found;
  }

  #finding({ host, channel, account, logonId, timeMs, time, evidence }: Clearing, isNear: boolean): JudgedFinding {
    const text = isNear ? 'a log was emptied within an hour of a subscription or a remote call' : 'a log was emptied';
    const { level, score, terms } = scoreOf(isNear ? 'critical' : 'high', text, [], [], evidence);
    return {
      finding: {
        id: digestId(['finding', T01.record.id, host, channel.toLowerCase(), secondOf(timeMs)]),
        analytic: T01.record.id,
        title: `${channel === '' ? 'A' : `The ${inSentence(channel)}`} log of ${hostWords(host)} was cleared${account === undefined ? '' : ` by ${inSentence(account)}`}`,
        level,
        score,
        terms,
        scope: T01.record.scope,
        host,
        hosts: [host],
        accounts: account === undefined ? [] : [account],
        subscriptions: [],
        candidates: [],
        attack: T01.record.attack,
        time,
        count: 1,
        aliases: [],
        evidence,
      },
      joins: [],
      glue: glueOf(this.#bench.entities, {
        host,
        atMs: timeMs,
        ...(logonId === undefined ? {} : { logonId }),
        accounts: account === undefined ? [] : [account],
      }),
    };
  }
}
