import type { Finding } from '../analytics/index.ts';
import { isVerdictBefore } from '../api/index.ts';
import type { Incident } from '../incidents/index.ts';
import { escapeTerminal, plural, type RecordLine, renderIncident, wrap } from '../report/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Gap } from '../windows/index.ts';
import { type HiddenTimes, hiddenText } from './hidden-text.ts';
import { shortTime } from './server-rows.ts';

/** What `GET /v1/incidents/ID` gives, as far as it is shown. */
interface ShownIncident {
  readonly number: number;
  readonly version: number;
  readonly standing: string;
  readonly requestedId?: string;
  readonly id: string;
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly subscriptions: readonly Dossier[];
  readonly gaps: readonly Gap[];
  readonly records: { readonly items: readonly RecordLine[] };
  readonly work: {
    readonly revision: number;
    readonly state: string;
    readonly owner: string | null;
    readonly verdict: string | null;
    readonly judged: {
      readonly episode: number;
      readonly code: string;
      readonly approver?: string;
      readonly of?: { readonly number: number };
    } | null;
    readonly episode: number;
    readonly taken: Readonly<Record<string, { readonly outcome: string; readonly note?: string }>>;
    readonly times: Readonly<Record<string, { readonly time: string } | undefined>>;
  };
  readonly times: Readonly<Record<string, { readonly time: string } | boolean | undefined>>;
  readonly prevalence?: { readonly since?: string; readonly days?: number };
  readonly seenBefore?: {
    readonly times: number;
    readonly verdicts: readonly { readonly verdict: string; readonly count: number; readonly who: string | null }[];
    readonly newest: readonly { readonly number: number }[];
  };
  readonly history: {
    readonly items: readonly {
      readonly at: string;
      readonly who: string;
      readonly action: string;
      readonly note?: string;
    }[];
  } & HiddenTimes;
}

const COLUMNS = 100;
/** Lines of history, and of times in which it was hidden, that are shown; the API has all. */
const MAX_HISTORY = 12;

/** An incident of a server in words: the card of a hunt, its clocks, what is to be done and was done, its history. */
export function shownIncident(json: unknown): string {
  const shown = json as ShownIncident;
  const { number, version, incident, findings, subscriptions, gaps, records, work, standing, requestedId, id } = shown;
  const parts = {
    incidents: [incident],
    findings,
    subscriptions,
    gaps,
    records: records.items,
    header: { options: {} },
  };
  const head = `INC-${number}  ${work.state}, version ${version}, revision ${work.revision}`;
  const more = [
    ...(standing === 'withdrawn' ? ['  withdrawn by later evidence'] : []),
    ...(requestedId === undefined ? [] : [`  ${escapeTerminal(requestedId)} is part of ${id} now`]),
    ...waysOf(records.items, incident),
    `  owner ${escapeTerminal(work.owner ?? 'nobody')}, verdict ${verdictOf(work)}`,
    ...seenLines(shown),
  ];
  const lines = [
    head,
    ...more,
    '',
    renderIncident(incident, parts).trimEnd(),
    '',
    ...clockLines(shown),
    ...stepLines(shown),
    ...historyLines(shown),
  ];
  return `${lines.join('\n')}\n`;
}

/** A verdict of before it was opened again says nothing of now. */
function verdictOf(work: ShownIncident['work']): string {
  const { verdict, judged } = work;
  const { code, approver, of } = judged ?? {};
  const more = [
    ...(of === undefined ? [] : [` of INC-${of.number}`]),
    ...(code === undefined ? [] : [`, reason ${code}`]),
    ...(approver === undefined ? [] : [`, approved by ${escapeTerminal(approver)}`]),
  ].join('');
  return verdict === null ? 'none' : `${verdict}${more}${isVerdictBefore(work) ? ' before it was opened again' : ''}`;
}

/** How often the same was seen before among all that is kept, and since when nothing of that is missing. */
function seenLines({ seenBefore, prevalence }: ShownIncident): readonly string[] {
  if (seenBefore === undefined) return [];
  const { times, verdicts, newest } = seenBefore;
  const { since, days = 0 } = prevalence ?? {};
  const kept = since === undefined ? '' : ` (known in full for ${plural(days, 'day')}, since ${shortTime(since)})`;
  const judged = verdicts.map(
    ({ verdict, count: given, who }) => `, ${plural(given, 'time')} ${verdict}${who === null ? '' : ` by ${who}`}`,
  );
  const others = newest.map(({ number }) => `INC-${number}`).join(', ');
  const words =
    times === 0 ? `not seen before${kept}` : `seen before ${plural(times, 'time')}${kept}${judged.join('')}: ${others}`;
  return wrap(escapeTerminal(words), COLUMNS - 2).map((line) => `  ${line}`);
}

function clockLines({ times, work }: ShownIncident): readonly string[] {
  const named = [...Object.entries(times), ...Object.entries(work.times)].flatMap(([name, reading]) =>
    typeof reading === 'object' ? [[`t_${name}`, reading.time] as const] : [],
  );
  return named.length === 0 ? [] : ['CLOCKS', ...named.map(([name, time]) => `  ${name.padEnd(18)}${time}`), ''];
}

function stepLines({ incident, work }: ShownIncident): readonly string[] {
  if (incident.next.length === 0) return [];
  return [
    'NEXT STEPS',
    ...incident.next.flatMap(({ id, phase, text }) => {
      const taken = work.taken[id];
      const mark = taken === undefined ? '[ ]' : taken.outcome === 'done' ? '[x]' : '[-]';
      const [first = '', ...rest] = wrap(escapeTerminal(text), COLUMNS - 36);
      return [`  ${mark} ${id}  ${phase.padEnd(10)}${first}`, ...rest.map((line) => `${' '.repeat(36)}${line}`)];
    }),
    '',
  ];
}

function historyLines({ history }: ShownIncident): readonly string[] {
  return [
    'HISTORY',
    ...hiddenText(history, MAX_HISTORY),
    ...history.items.slice(0, MAX_HISTORY).map(({ at, who, action, note }) => {
      const said = note === undefined ? '' : `: ${note}`;
      return `  ${shortTime(at)}  ${escapeTerminal(who)}  ${escapeTerminal(`${action}${said}`)}`;
    }),
  ];
}

/** What the cited records came by, where that raises no confidence (L18), and what that does to the sum. */
function waysOf(records: readonly RecordLine[], { terms, score }: Incident): readonly string[] {
  const foreign = records.filter(({ hostNotBound }) => hostNotBound === true);
  const others = records.filter(({ trust, hostNotBound }) => trust === 'unauthenticated' && hostNotBound !== true);
  const hosts = [...new Set(foreign.map(({ host }) => host))].sort().join(', ');
  const of = `of ${records.length} cited records`;
  const held = terms.find(({ code }) => code === 'NOT_BOUND' || code === 'UNPROVEN');
  const lines = [
    ...(foreign.length === 0 ? [] : [`${foreign.length} ${of} came by a sender that is not bound to ${hosts}`]),
    ...(others.length === 0 ? [] : [`${others.length} ${of} came by senders that prove nothing`]),
    ...(held === undefined ? [] : [`held at ${score} (${held.code}): ${held.text}`]),
  ];
  return lines.flatMap((line) => wrap(escapeTerminal(line), COLUMNS - 2).map((part) => `  ${part}`));
}
