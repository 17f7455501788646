import {
  type Background,
  type DueTargets,
  dueTimes,
  type HiddenPast,
  type HistoryEntry,
  type IncidentRecord,
  type IncidentRow,
  type Page,
  type WholeIncident,
} from '../../state/index.ts';
import { type CitedFacts, linkOfCited } from '../archiving/cited-events.ts';
import { hiddenDocument } from './hidden-times.ts';
import { timeOf } from './lists.ts';

const DAY_MS = 86_400_000;

export interface Beside {
  readonly targets: DueTargets;
  readonly nowMs: number;
  /** The incident in the queue. */
  readonly row: IncidentRow | undefined;
  readonly background: Background | null;
  readonly hidden: HiddenPast;
}

/** The incident with its parts as `hunt --format json` has them, and beside it what the server and people know of it. */
export function incidentDocument(whole: WholeIncident, beside: Beside): Readonly<Record<string, unknown>> {
  const { document, times, history, records, cited, work, steps: _, levelRank: __, firstMs: ___, ...columns } = whole;
  const { createdMs, changedMs, mergedInto, digest: ____, members: _____, ...rest } = columns;
  const { suppressedBy } = beside.row ?? {};
  return {
    ...rest,
    ...(mergedInto === null ? {} : { mergedInto }),
    created: timeOf(createdMs),
    changed: timeOf(changedMs),
    times: JSON.parse(times),
    work,
    due: dueDocuments(whole, beside),
    ...(suppressedBy === undefined ? {} : { suppressedBy }),
    ...(beside.background === null ? {} : backgroundDocument(beside.background, whole, beside.nowMs)),
    ...(JSON.parse(document) as object),
    records: {
      items: records.rows.map(recordDocument),
      cited,
      ...(records.next === null ? {} : { next: records.next }),
    },
    history: historyPage(history, beside.hidden),
  };
}

/** All due times of the present episode, met or not; nothing of what is hidden is overdue (SETTLED G8, G9). */
function dueDocuments({ level, work, times }: WholeIncident, { targets, nowMs, row }: Beside): readonly object[] {
  const { alert } = JSON.parse(times) as { readonly alert?: { readonly time: string } };
  const facts = { level, state: work.state, verdict: work.verdict, alert: alert?.time ?? null, times: work.times };
  return dueTimes(facts, targets).map(({ for: step, atMs, isMet }) => ({
    for: step,
    at: timeOf(atMs),
    isMet,
    isOverdue: !isMet && atMs < nowMs && row?.suppressedBy === undefined,
  }));
}

function judgedDocument({ atMs, ...judged }: NonNullable<Background['judged']>, version: number): object {
  return { ...judged, at: timeOf(atMs), isChangedSince: version > judged.version };
}

/** Prevalence and what was seen before, over what is kept; and whether more was found since the caller judged it. */
function backgroundDocument(
  { prevalence, seenBefore, judged, sinceMs }: Background,
  { version }: WholeIncident,
  nowMs: number,
): object {
  const kept = { since: timeOf(sinceMs), days: Math.ceil((nowMs - sinceMs) / DAY_MS) };
  return {
    prevalence: { ...kept, items: prevalence },
    seenBefore,
    ...(judged === null ? {} : { judged: judgedDocument(judged, version) }),
  };
}

/** A cited record, with the search that shows its event as it was received while the archive holds it. */
export function recordDocument({ body }: IncidentRecord): unknown {
  const record = JSON.parse(body) as CitedFacts;
  const events = linkOfCited(record);
  return events === undefined ? record : { ...record, events };
}

/** A page of the history, and beside the newest one when suppressions hid the incident: that is no part of any page. */
export function historyPage({ rows, next }: Page<HistoryEntry>, hidden: HiddenPast | undefined): object {
  return {
    items: rows.map(historyDocument),
    ...(hidden === undefined ? {} : hiddenDocument(hidden)),
    ...(next === null ? {} : { next }),
  };
}

export function historyDocument({ atMs, note, seen, ...entry }: HistoryEntry): unknown {
  return { ...entry, at: timeOf(atMs), ...(seen === null ? {} : { seen }), ...(note === null ? {} : { note }) };
}

interface NextStep {
  readonly id: string;
}

/** Every step of an incident with what people did about it; those that it names no more come last. */
export function stepDocuments({ document, work }: WholeIncident): readonly object[] {
  const { next = [] } = (JSON.parse(document) as { readonly incident: { readonly next?: readonly NextStep[] } })
    .incident;
  const named = next.map((step) => {
    const taken = work.taken[step.id];
    return { ...step, ...(taken === undefined ? {} : { taken }) };
  });
  const ids = new Set(next.map(({ id }) => id));
  const others = Object.entries(work.taken).filter(([id]) => !ids.has(id));
  return [...named, ...others.map(([id, taken]) => ({ id, phase: taken.phase, taken, isNamedNoMore: true }))];
}
