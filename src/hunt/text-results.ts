import { gap } from '../analytics/index.ts';
import { type AuditSummary, placeName, type ThirdPartyDetection, type UnitCounts } from '../report/index.ts';
import { ALL_FIELDS, type Loss, SHAPES, type Shape } from '../shapes/index.ts';
import type { Gap, Source } from '../windows/index.ts';
import type { LogCount } from './read-evidence.ts';

/** Detections of other tools that a result lists (SETTLED B6); the rest is counted. */
const MAX_THIRD_PARTY = 10_000;
/** Losses of sources that a result lists. */
const MAX_LOSSES = 10_000;

/** Records without fields and message are of every shape (SETTLED B15): each analytic may need them. */
const CONTENT_LOST: Loss = {
  code: 'content-lost',
  what: 'records have neither fields nor a message that could be read',
  close: 'export EVTX or XML',
  blinds: ALL_FIELDS,
};

/** Units of all these texts by shape. */
export function unitsOf(logs: readonly LogCount[]): UnitCounts {
  const units = new Map<string, number>();
  for (const log of logs) {
    for (const [shape, number] of Object.entries(log.text?.units ?? {})) {
      units.set(shape, (units.get(shape) ?? 0) + number);
    }
  }
  return Object.fromEntries([...units].sort(([a], [b]) => compareText(a, b)));
}

export interface ThirdPartyResult {
  /** By time, host, product and place. */
  readonly detections: readonly ThirdPartyDetection[];
  /** All that were read and are reported, also those past the bound. */
  readonly total: number;
  readonly omitted: number;
}

/** What other tools said, apart from what Triad judges. */
export function thirdPartyOf(
  logs: readonly LogCount[],
  isReported: (detection: ThirdPartyDetection) => boolean,
): ThirdPartyResult {
  const all: ThirdPartyDetection[] = [];
  let omitted = 0;
  for (const { source, text } of logs) {
    omitted += text?.thirdPartyOmitted ?? 0;
    for (const { place, ...said } of text?.thirdParty ?? []) {
      const { offset, length, line } = place;
      const detection = { ...said, evidence: [{ ...source, offset, length, line }] };
      if (isReported(detection)) all.push(detection);
    }
  }
  const key = (d: ThirdPartyDetection): string => [d.time ?? '', d.host ?? '', d.product].join('\u0000');
  const keyed = all.map((detection, at) => ({ detection, at, key: key(detection) }));
  keyed.sort((a, b) => compareText(a.key, b.key) || a.at - b.at);
  const kept = keyed.slice(0, MAX_THIRD_PARTY).map(({ detection }) => detection);
  omitted += all.length - kept.length;
  return { detections: kept, total: kept.length + omitted, omitted };
}

export interface LossResult {
  readonly gaps: readonly Gap[];
  readonly omitted: number;
}

/**
 * One gap a source, shape and loss, with the analytics that it blinds and how often it showed (SETTLED B22). Those that blind
 * something come first.
 */
export function lossGaps(logs: readonly LogCount[], shapes: readonly Shape[] = SHAPES): LossResult {
  const known = new Map<string, Loss>();
  for (const shape of shapes) for (const loss of shape.losses) known.set(`${shape.id} ${loss.code}`, loss);
  const gaps: Gap[] = [];
  for (const { source, text } of logs) {
    for (const [key, number] of Object.entries(text?.losses ?? {})) {
      const loss = known.get(key);
      if (loss !== undefined) gaps.push(lossGap(source, key.slice(0, key.indexOf(' ')), loss, number));
    }
    if (text !== undefined && text.contentLost > 0)
      gaps.push(lossGap(source, undefined, CONTENT_LOST, text.contentLost));
  }
  gaps.sort(
    (a, b) =>
      Number(a.blocks.length === 0) - Number(b.blocks.length === 0) ||
      compareText(a.what, b.what) ||
      compareText(a.id, b.id),
  );
  return { gaps: gaps.slice(0, MAX_LOSSES), omitted: Math.max(0, gaps.length - MAX_LOSSES) };
}

/** Families where there are many: `blocks` lists them one by one. */
function blindWords(blinds: readonly string[]): string {
  if (blinds.length === 0) return 'no analytic is blind by it';
  if (blinds.length === ALL_FIELDS.length) return 'every analytic that reads records may be blind to them';
  return `${blinds.join(', ')} may be blind to them`;
}

function lossGap(source: Source, shape: string | undefined, loss: Loss, number: number): Gap {
  const records = number === 1 ? '1 record' : `${number} records`;
  return {
    ...gap({
      host: '-',
      what: `${placeName(source)}${shape === undefined ? '' : ` (${shape})`}: ${loss.what}; ${records}`,
      so: blindWords(loss.blinds),
      close: loss.close,
    }),
    blocks: loss.blinds,
  };
}

const MAX_UNREACHED = 8;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the audits of each host cannot tell, and the namespaces that they did not reach; one kind of audit says it once a host. */
export function auditGaps(audits: readonly AuditSummary[]): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { format, hosts, loses, unreached } of audits) {
    for (const host of hosts.length === 0 ? ['-'] : hosts) {
      const told = loses.map((what) =>
        gap({
          host,
          what: `an audit of kind ${format} does not tell: ${what.replace(/\.$/, '')}`,
          so: 'what it does not tell may be there all the same',
          close: 'triad collect: its script reads every namespace with all properties',
        }),
      );
      if (unreached.length > 0) {
        const more = unreached.length > MAX_UNREACHED ? ` and ${unreached.length - MAX_UNREACHED} more` : '';
        told.push(
          gap({
            host,
            what: `its audit did not reach ${unreached.slice(0, MAX_UNREACHED).join(', ')}${more}`,
            so: 'what stands there is unknown',
            close: 'run the collector as administrator, with more time',
          }),
        );
      }
      for (const one of told) gaps.set(one.id, one);
    }
  }
  return [...gaps.values()];
}
