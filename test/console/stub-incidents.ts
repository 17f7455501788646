/** Incidents of the stand-in of `/v1`, and what people do to them. */

/** Text that would show if any of it were read as markup, and that must be seen for what it is. */
export const HOSTILE = '<img src=x onerror="window.pwned=1"> \u202Etxt.exe {{7*7}}';

/** What an incident of the stub is; the rest of its document is the sample of the report. */
export interface StubIncident {
  readonly id: string;
  readonly number: number;
  version: number;
  revision: number;
  state: string;
  owner: string | null;
  verdict: string | null;
  readonly title: string;
  readonly level: string;
  readonly history: object[];
  readonly taken: Record<string, object>;
  judged?: object;
  /** What it runs, as rows of the queue tell it. */
  payload?: string;
  payloadText?: string;
  /** The engine opened it again, and nobody has said a word to that yet. */
  isOpenAgain?: boolean;
}

const LEVELS = ['critical', 'high', 'medium', 'low'] as const;

export function stubIncidents(count: number): Map<string, StubIncident> {
  return new Map(
    Array.from({ length: count }, (_, at) => {
      const id = `inc${String(at).padStart(13, '0')}`;
      const title = at === 1 ? HOSTILE : `alice from WS-${at} planted subscription 'Upd${at}' on SRV-${at % 7}`;
      const level = LEVELS[at % 4] ?? 'low';
      return [
        id,
        {
          id,
          number: at + 1,
          version: 1,
          revision: 0,
          state: 'open',
          owner: null,
          verdict: null,
          title,
          level,
          history: [],
          taken: {},
        },
      ];
    }),
  );
}

/** Ids of the incidents on a host, which their rows name by its number. */
export function fitsByHost(words: string, incidents: ReadonlyMap<string, StubIncident>): readonly string[] {
  const [, minus = '', host = ''] = /^(-?)host:(\S+)$/.exec(words.toLowerCase()) ?? [];
  const isOn = ({ number }: StubIncident): boolean => host === `srv-${number % 7}` || host === `ws-${number}`;
  return [...incidents.values()].filter((one) => isOn(one) === (minus === '')).map(({ id }) => id);
}

export interface Act {
  readonly action: string;
  readonly owner?: string | null;
  readonly verdict?: string;
  readonly note?: string;
  readonly step?: string;
  readonly code?: string;
  readonly approver?: string;
  readonly of?: string;
}

/** What an action does, as far as the page shows it. */
export function change(incident: StubIncident, act: Act, who: string): void {
  const before = { state: incident.state, owner: incident.owner, verdict: incident.verdict };
  if (act.action === 'acknowledge')
    Object.assign(incident, {
      state: 'acknowledged',
      owner: incident.owner ?? who,
      ...(incident.isOpenAgain === undefined ? {} : { isOpenAgain: false }),
    });
  if (act.action === 'undo')
    Object.assign(
      incident,
      incident.isOpenAgain === undefined ? { state: 'open', owner: null } : { isOpenAgain: true },
    );
  if (act.action === 'assign') incident.owner = act.owner ?? null;
  if (act.action === 'verdict')
    Object.assign(incident, {
      verdict: act.verdict ?? null,
      ...(act.code === undefined
        ? {}
        : {
            judged: {
              code: act.code,
              ...(act.approver === undefined ? {} : { approver: act.approver }),
              ...(act.of === undefined ? {} : { of: { id: act.of, number: Number(act.of.replace(/\D/g, '')) } }),
            },
          }),
      state: incident.state === 'open' ? 'acknowledged' : incident.state,
    });
  if (act.action === 'step') {
    incident.taken[act.step ?? ''] = {
      phase: 'contain',
      outcome: 'done',
      time: { time: new Date().toISOString(), clock: 'server', source: 'action', who },
    };
    incident.state = 'contained';
  }
  incident.revision++;
  incident.history.unshift({
    seq: incident.history.length + 1,
    incident: incident.id,
    at: new Date().toISOString(),
    who,
    action: act.action,
    version: incident.version,
    seen: incident.version,
    revision: incident.revision,
    before,
    after: { state: incident.state, revision: incident.revision, owner: incident.owner, verdict: incident.verdict },
    ...(act.note === undefined ? {} : { note: act.note }),
  });
}
