import type { Decoded, TextAnswer, TextBlockOptions } from '../../src/intake/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { contentOf, Window, type WindowJudgement, type WindowOptions } from '../../src/live/index.ts';
import { type HuntResult, recordLine } from '../../src/report/index.ts';
import type { Source } from '../../src/windows/index.ts';
import { type EventModel, logsOf, SHAPE_WRITERS, type ShapeWriter } from '../../testkit/index.ts';

/** When batches arrive and the machines of the tests are looked at: after every event that they make. */
export const NOW_MS: number = Date.UTC(2026, 5, 1);

/** The writer of a shape whose events are a line each. */
export function lineWriter(shape: string, style?: RegExp): ShapeWriter {
  const writer = SHAPE_WRITERS.find((one) => one.shape === shape && (style === undefined || style.test(one.style)));
  if (writer === undefined) throw new Error(`no writer of ${shape}`);
  return writer;
}

/** Events as a shipper sends them: a line each, with the record ids that their logs gave them. */
export function linesOf(events: Iterable<EventModel>, writer: ShapeWriter = lineWriter('S4')): readonly string[] {
  return logsOf(events).flatMap((log) =>
    log.events.flatMap((model, at) => {
      if (writer.cannotCarry(model) !== undefined) return [];
      return `${writer.write([{ model, recordId: BigInt(at + 1) }])}`.trimEnd();
    }),
  );
}

/** Reads batches as one sender's after the other's, each with the decoder of the whole stream. */
export class Stream {
  readonly window: Window;
  readonly #reader: TextBlockReader;
  #batches = 0;

  constructor(options: WindowOptions = {}, reading: Partial<TextBlockOptions> = {}) {
    this.window = new Window(options);
    this.#reader = new TextBlockReader({ runStartMs: NOW_MS, ...reading });
  }

  send(lines: readonly string[], source: Source = { file: 'sender' }, arriveMs: number = NOW_MS): this {
    this.window.acceptText(source, this.decode(lines, source), arriveMs);
    return this;
  }

  decode(lines: readonly string[], source: Source): Decoded<TextAnswer> {
    const answer = this.#reader.read(source, this.#batches++, Buffer.from(`${lines.join('\n')}\n`), true);
    return { answer, packer: 0 };
  }
}

/** What a judgement tells, without the places of its evidence. */
export function told(judgement: WindowJudgement): unknown {
  const { findings, subscriptions, incidents, gaps } = judgement;
  const records = judgement.records.map(({ event, id, host }) => recordLine(event, id, host));
  return contentOf({ findings, subscriptions, incidents, gaps, records: records.toSorted(byId) });
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The part of a hunt that a judgement tells: losses of a source are told of files. */
export function toldByHunt(result: HuntResult): unknown {
  const { findings, subscriptions, incidents, records } = result;
  const gaps = result.gaps.filter(({ host }) => host !== '-');
  return contentOf({ findings, subscriptions, incidents, gaps, records: records.toSorted(byId) });
}
