import { nodeFilePort } from '../../src/hunt/index.ts';
import { findInputs, readInput } from '../../src/intake/index.ts';
import { type ShapedEvent, TextReader, type TextResult } from '../../src/shapes/index.ts';
import type { LabelEvidence, LabelRow } from './labels.ts';

/** What the units of a text came to, and the events of those that its label cites. */
export interface CitedUnits {
  readonly result: TextResult | undefined;
  eventOf(cited: LabelEvidence): ShapedEvent | undefined;
}

/** Reads every unit of a labelled text, as the hunt does but with nothing skipped, and keeps the events that are cited. */
export async function readCitedUnits(path: string, row: LabelRow): Promise<CitedUnits> {
  const cited = [...row.subscriptions, ...row.remote_executions].flatMap((entry) => entry.evidence);
  const lines = new Set(cited.map((evidence) => fileLine(evidence, row)));
  const byLine = new Map<number, ShapedEvent>();
  const calls = new Map<string, ShapedEvent>();
  const port = nodeFilePort('/');
  const sink = {
    onEvent: (event: ShapedEvent): void => {
      const { line } = event.place;
      if (line !== undefined && lines.has(line)) byLine.set(line, event);
      if (event.shape === 'zeek') calls.set(callKey(event), event);
    },
  };
  let reader: TextReader | undefined;
  let result: TextResult | undefined;
  for (const input of (await findInputs([path], port)).inputs) {
    for await (const step of readInput(input, port, { hash: false, ownBuffers: false })) {
      if (step.kind === 'text') reader = new TextReader({ source: step.source });
      else if (step.kind === 'block') reader?.push(step.bytes, sink);
      else if (step.kind === 'textEnd') result = reader?.end(sink);
    }
  }
  return {
    result,
    eventOf: (evidence) => {
      const line = fileLine(evidence, row);
      return line === undefined ? calls.get(evidenceKey(evidence)) : byLine.get(line);
    },
  };
}

/** Labels give lines of the whole capture; a slice says which of them it holds. */
function fileLine(evidence: LabelEvidence, row: LabelRow): number | undefined {
  if (evidence.line === undefined || row.slice_lines === undefined) return evidence.line;
  const at = row.slice_lines.indexOf(evidence.line);
  return at < 0 ? undefined : at + 1;
}

function callKey(event: ShapedEvent): string {
  const micros = BigInt(event.stated.ms) * 1000n + BigInt(event.stated.ticks) / 10n;
  const log = event.channel.replace(/^zeek\//, '');
  return [log, micros, event.get('endpoint') ?? '', event.get('operation') ?? ''].join('\u0000');
}

function evidenceKey({ channel, time, endpoint, operation }: LabelEvidence): string {
  const [, seconds = '', fraction = ''] = /^(.*:\d\d)(?:\.(\d+))?Z$/.exec(time ?? '') ?? [];
  const micros = BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return [channel, micros, endpoint ?? '', operation ?? ''].join('\u0000');
}
