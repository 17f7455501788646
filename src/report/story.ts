import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import { namedSubscription } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import { distinctRecords } from './channel-names.ts';
import type { HostLabels } from './host-label.ts';
import { membersOf } from './members.ts';
import { compareText, type RecordLine } from './record-line.ts';
import { recordWords } from './record-words.ts';
import type { ToldParts } from './result.ts';
import { indexOf } from './result-index.ts';
import { timelineOf } from './timeline.ts';

/** One dated line of what happened. */
export interface StoryLine {
  /** RFC 3339. */
  readonly time: string;
  /** The later end, where only a bracket is known. */
  readonly until?: string;
  /** Host key of the record, not of the finding. */
  readonly host: string;
  /** A sentence without a full stop; not escaped. */
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

function keyOf(evidence: Evidence): string {
  return (
    evidence.record ??
    `${evidence.file}\u0000${(evidence.container ?? []).join('\u0000')}\u0000${evidence.offset ?? evidence.line ?? ''}`
  );
}

/**
 * What happened in an incident, on all its hosts, in order of time: the lives of its subscriptions, then its findings, then
 * the records that its links rest on. Each record is told once, by the first of these that cites it.
 */
export function storyOf(incident: Incident, result: ToldParts, label: HostLabels): StoryLine[] {
  const { records } = indexOf(result);
  const { dossiers, findings } = membersOf(incident, result);
  const told = new Set<string>();
  const lines: StoryLine[] = [];
  const tell = (line: StoryLine): void => {
    const fresh = line.evidence.filter((item) => !told.has(keyOf(item)));
    if (fresh.length === 0 && line.evidence.length > 0) return;
    for (const item of line.evidence) told.add(keyOf(item));
    lines.push(line);
  };
  const hostOf = (evidence: readonly Evidence[], otherwise: string): string => {
    const [first] = evidence;
    return (first?.record === undefined ? undefined : records.get(first.record)?.host) ?? otherwise;
  };
  const firedBy = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.subscriptions.length === 0 || finding.process === undefined) continue;
    for (const item of finding.evidence) if (!firedBy.has(keyOf(item))) firedBy.set(keyOf(item), finding);
  }
  for (const dossier of dossiers) {
    for (const row of timelineOf(dossier)) {
      // What a firing ran is told by the finding about the process, where there is one.
      if (row.kind === 'fired' && row.evidence.some((item) => firedBy.has(keyOf(item)))) continue;
      const strength = row.strength === 'witnessed' ? '' : ` (${row.strength})`;
      // Of several subscriptions each line says which one it is about.
      const of = dossiers.length > 1 && row.kind !== 'logon' ? `${namedSubscription(dossier)}: ` : '';
      tell({
        time: row.time,
        ...(row.until === undefined ? {} : { until: row.until }),
        host: hostOf(row.evidence, dossier.host),
        text: `${of}${row.text}${strength}`,
        evidence: distinctRecords(row.evidence),
      });
    }
  }
  for (const finding of findings) {
    // The life of a subscription tells what a finding about it says.
    if (finding.process === undefined && finding.subscriptions.length > 0) continue;
    tell({
      time: finding.time,
      host: finding.host,
      text: finding.title,
      evidence: distinctRecords(finding.evidence),
    });
  }
  for (const evidence of incident.links.flatMap(({ joins }) => joins).flatMap((join) => join.evidence)) {
    const record = evidence.record === undefined ? undefined : records.get(evidence.record);
    if (record !== undefined) tell(recordStory(record, evidence, label));
  }
  return lines.sort(
    (a, b) => compareText(a.time, b.time) || compareText(a.host, b.host) || compareText(a.text, b.text),
  );
}

function recordStory(record: RecordLine, evidence: Evidence, label: HostLabels): StoryLine {
  return {
    time: record.time ?? evidence.time ?? '',
    host: record.host,
    text: recordWords(record, label).long,
    evidence: [evidence],
  };
}
