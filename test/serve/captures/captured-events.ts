import { join } from 'node:path';
import { LogDecoder, type RecordView } from '../../../src/evtx/index.ts';
import { nodeFilePort } from '../../../src/hunt/index.ts';
import { findInputs, readInput } from '../../../src/intake/index.ts';
import { type ShapedEvent, settleTime, TextReader, type TextResult } from '../../../src/shapes/index.ts';
import { type CapturedEvent, LoggedEvents, type Wants } from './logged-events.ts';

/** A labelled capture as events that the writers of the test kit take. */
export interface Capture {
  /** Below `dev/` of the corpus. */
  readonly path: string;
  /** Those that were wanted, in the order of their times. */
  readonly events: readonly CapturedEvent[];
  /** Events that can be written, wanted or not. */
  readonly count: number;
  /** Records that are no event of a Windows log, or that no writer can be given, by the reason. */
  readonly left: ReadonlyMap<string, number>;
}

/** Reads a capture with the readers that a hunt uses; no record is passed over, and none is carved. */
export async function readCapture(folder: string, path: string, wants: Wants = () => true): Promise<Capture> {
  const port = nodeFilePort(folder);
  const { inputs } = await findInputs([join(folder, path)], port);
  const into = new LoggedEvents(wants);
  for (const input of inputs) {
    let decoder: LogDecoder | undefined;
    let text: TextOf | undefined;
    for await (const step of readInput(input, port, { hash: false, ownBuffers: false })) {
      if (step.kind === 'log') decoder = new LogDecoder({ carve: false, collectTemplates: false });
      else if (step.kind === 'unit') {
        const { lost } = decoder?.decodeUnit(step.unit, { onRecord: (view) => addRecord(into, view) }) ?? { lost: [] };
        into.leave('its template is lost', lost.length);
      } else if (step.kind === 'text') text = new TextOf(new TextReader({ source: step.source }));
      else if (step.kind === 'block') text?.push(step.bytes);
      else if (step.kind === 'textEnd') text?.end(into);
    }
  }
  return { path, events: into.inOrder(), count: into.count, left: into.left };
}

/** What stands below UserData by provider, event id and version: the text of a record is made once for each of them. */
const USER_DATA = new Map<string, ReturnType<typeof userDataOf>>();

function addRecord(into: LoggedEvents, view: RecordView): void {
  into.add(view, { ms: view.createdMs, ticks: view.createdTicks }, () => {
    const key = `${view.provider}|${view.eventId}|${view.version}`;
    if (!USER_DATA.has(key)) USER_DATA.set(key, userDataOf(view.toXml()));
    return USER_DATA.get(key);
  });
}

/** Name and name space of the single child of UserData. */
function userDataOf(xml: string): { readonly element: string; readonly xmlns: string } | undefined {
  const [, element, attributes = ''] = /<UserData[^>]*><([^\s/>]+)([^>]*)>/.exec(xml) ?? [];
  if (element === undefined) return undefined;
  return { element, xmlns: /xmlns(?::\w+)?=["']([^"']*)["']/.exec(attributes)?.[1] ?? '' };
}

/** The events of one text: their times are known when its clock is. */
class TextOf {
  readonly #reader: TextReader;
  readonly #events: ShapedEvent[] = [];
  readonly #sink = { onEvent: (event: ShapedEvent): unknown => this.#events.push(event) };

  constructor(reader: TextReader) {
    this.#reader = reader;
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes, this.#sink);
  }

  end(into: LoggedEvents): void {
    const result: TextResult = this.#reader.end(this.#sink);
    for (const event of this.#events) {
      const { computer, stated, utcTime, place } = event;
      const timed = { computer, stated, ...(utcTime === undefined ? {} : { utcTime }), offset: place.offset };
      const { createdMs, createdTicks } = settleTime(result.clock, timed);
      into.add(event, { ms: createdMs, ticks: createdTicks }, () => undefined);
    }
    into.leave('a detection of another tool', result.thirdParty.length + result.thirdPartyOmitted);
    into.leave('its unit cannot be read', result.rejected);
    into.leave('its content is lost', result.contentLost);
  }
}
