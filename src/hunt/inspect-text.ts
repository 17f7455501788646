import type { InspectedText } from '../report/index.ts';
import { type Loss, type SettledClock, SHAPES, type Shape, type TextResult } from '../shapes/index.ts';

const MINUTE_MS = 60_000;

/** What `inspect` says of a text beside its records: shapes and why, encoding, clock, what is lost and what that blinds. */
export function inspectedText(result: TextResult, shapes: readonly Shape[] = SHAPES): InspectedText {
  const known = new Map<string, Loss>();
  for (const shape of shapes) for (const loss of shape.losses) known.set(`${shape.id} ${loss.code}`, loss);
  return {
    units: Object.entries(result.units).map(([shape, count]) => {
      const why = result.why[shape];
      const title = shapes.find(({ id }) => id === shape)?.title;
      return {
        shape,
        ...(title === undefined ? {} : { title }),
        count,
        ...(why === undefined ? {} : { why }),
      };
    }),
    encoding: result.encoding,
    clock: clockWords(result.clock),
    rejectedBytes: result.rejectedBytes,
    skippedByFilter: result.skippedByFilter,
    contentLost: result.contentLost,
    detections: result.thirdParty.length + result.thirdPartyOmitted,
    losses: Object.entries(result.losses).flatMap(([key, count]) => {
      const loss = known.get(key);
      if (loss === undefined) return [];
      const { what, close, blinds } = loss;
      return [{ shape: key.slice(0, key.indexOf(' ')), what, count, close, blinds }];
    }),
  };
}

/** How times without a believed zone became UTC, in words; empty where every time says its zone. */
export function clockWords(clock: SettledClock): readonly string[] {
  const words: string[] = [];
  if (clock.assumedZone !== undefined) {
    const zone = typeof clock.assumedZone === 'number' ? offsetText(clock.assumedZone * MINUTE_MS) : clock.assumedZone;
    words.push(`times without a zone are taken for ${zone}, as asked`);
  }
  for (const { from, aheadMs, events } of clock.source) {
    const place = clock.source.length > 1 ? ` from byte ${from} on` : '';
    const basis = `by the UtcTime of ${events} Sysmon event${events === 1 ? '' : 's'}`;
    words.push(
      Math.abs(aheadMs) < 15 * MINUTE_MS
        ? `stated times are UTC${place}, ${basis}`
        : `stated times are ${offsetText(aheadMs)} from UTC${place} and were corrected, ${basis}`,
    );
  }
  if (clock.source.length === 0 && clock.receivedOffsetMinutes !== undefined) {
    const offset = offsetText(clock.receivedOffsetMinutes * MINUTE_MS);
    words.push(`local times are ${offset} from UTC and were corrected, by EventReceivedTime and @timestamp`);
  }
  return words;
}

/** `+05:30`; seconds where a clock was set wrong. */
function offsetText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const rest = seconds % 60 === 0 ? '' : `:${two(seconds % 60)}`;
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}${rest}`;
}
