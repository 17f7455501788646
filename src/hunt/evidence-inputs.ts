import type { HostTable } from '../entities/index.ts';
import { type Input, kindOfRole } from '../intake/index.ts';
import type { ClassCounts, EvidenceInput, EvidenceMember, UnitCounts } from '../report/index.ts';
import { type CoverageCount, compareInstants, formatTime, type Instant, type RecordClass } from '../windows/index.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import type { LogCount, ReadEvidence } from './read-evidence.ts';
import { unitsOf } from './text-results.ts';

/** Earliest and latest time of some records. */
export interface Span {
  first: Instant | undefined;
  last: Instant | undefined;
}

/** Takes the times of a row into a span. */
export function widen(span: Span, count: CoverageCount): void {
  if (count.first !== undefined && (span.first === undefined || compareInstants(count.first, span.first) < 0)) {
    span.first = count.first;
  }
  if (count.last !== undefined && (span.last === undefined || compareInstants(count.last, span.last) > 0)) {
    span.last = count.last;
  }
}

/** Records of all logs by what they were counted as. */
export function sumCounts(logs: readonly LogCount[]): Record<RecordClass, number> {
  const sum = { live: 0, afterDamage: 0, swallowed: 0, carved: 0 };
  for (const log of logs) {
    sum.live += log.counts.live;
    sum.afterDamage += log.counts.afterDamage;
    sum.swallowed += log.counts.swallowed;
    sum.carved += log.counts.carved;
  }
  return sum;
}

/** One entry for each input file, with its members where it is a container; sorted by name (L7). */
export function evidenceInputs(evidence: ReadEvidence, hosts: HostTable): readonly EvidenceInput[] {
  const byLog = new Map<unknown, CoverageCount[]>();
  for (const count of evidence.coverage) {
    const list = byLog.get(count.source);
    if (list === undefined) byLog.set(count.source, [count]);
    else list.push(count);
  }
  const logsOf = new Map<number, LogCount[]>();
  for (const log of evidence.logs) {
    const list = logsOf.get(log.input);
    if (list === undefined) logsOf.set(log.input, [log]);
    else list.push(log);
  }
  return evidence.inputs.map((input, number) => {
    const logs = logsOf.get(number) ?? [];
    const counts = logs.flatMap((log) => byLog.get(log.source) ?? []);
    const span: Span = { first: undefined, last: undefined };
    for (const count of counts) widen(span, count);
    const end = evidence.ends[number];
    return {
      name: input.source.file,
      bytes: end?.bytes ?? input.bytes,
      ...(end?.sha256 === undefined ? {} : { sha256: end.sha256 }),
      mtime: formatTime(input.modified.ms, input.modified.ticks),
      kind: input.kind,
      records: sumCounts(logs),
      rejected: logs.reduce((sum, log) => sum + log.rejected, 0),
      hosts: [...new Set(counts.map((count) => hosts.keyOf(count.computer)))].sort(),
      ...(span.first === undefined ? {} : { firstRecord: formatTime(span.first.ms, span.first.ticks) }),
      ...(span.last === undefined ? {} : { lastRecord: formatTime(span.last.ms, span.last.ticks) }),
      ...shapesOf(logs),
      ...membersOf(
        input,
        logs,
        evidence.kept.filter((file) => file.input === number),
      ),
    };
  });
}

function shapesOf(logs: readonly LogCount[]): { readonly shapes?: UnitCounts } {
  const shapes = unitsOf(logs);
  return Object.keys(shapes).length === 0 ? {} : { shapes };
}

function membersOf(
  input: Input,
  logs: readonly LogCount[],
  kept: readonly KeptEvidence[],
): { readonly members?: readonly EvidenceMember[] } {
  if (input.kind === 'evtx' || [...logs, ...kept].some(({ source }) => source.container === undefined)) return {};
  const files = kept.map(({ source, role, file, modified }) => ({
    path: source.container ?? [],
    bytes: file.bytes,
    ...(modified === undefined ? {} : { mtime: formatTime(modified.ms, modified.ticks) }),
    kind: kindOfRole(role),
  }));
  return {
    members: logs
      .map(
        (log): EvidenceMember => ({
          path: log.source.container ?? [],
          bytes: log.bytes,
          kind: log.text === undefined ? 'evtx' : 'text',
          records: log.counts satisfies ClassCounts,
          rejected: log.rejected,
          ...shapesOf([log]),
        }),
      )
      .concat(files),
  };
}
