import { LogDecoder } from '../evtx/index.ts';
import { type FilePort, findInputs, isReadable, type PathProblem, readInput } from '../intake/index.ts';
import { TextReader } from '../shapes/index.ts';
import type { Event, Source } from '../windows/index.ts';

export interface EventsRequest {
  readonly paths: readonly string[];
  readonly port: FilePort;
  readonly passwords?: readonly string[];
  readonly signal?: AbortSignal;
  /** Logs and texts to read; default: all. */
  readonly wants?: (source: Source) => boolean;
  /** Sees each event in the order of the evidence, valid during the call. */
  readonly onEvent: (event: Event) => void;
}

export type EventsOutcome =
  | { readonly kind: 'problems'; readonly problems: readonly PathProblem[] }
  | {
      readonly kind: 'read';
      readonly logs: number;
      readonly records: number;
      /** Records, or units of text, that could not be read. */
      readonly rejected: number;
    };

/** Every event of evidence, one after another in this thread: for rules that are tried on a little of it. */
export async function readEvents(request: EventsRequest): Promise<EventsOutcome> {
  const { port, passwords, wants, signal } = request;
  const found = await findInputs(request.paths, port);
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  const totals = { logs: 0, records: 0, rejected: 0 };
  const take = (event: Event): void => {
    totals.records++;
    request.onEvent(event);
  };
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  const options = {
    hash: false,
    ownBuffers: false,
    ...(passwords === undefined ? {} : { passwords }),
    ...(wants === undefined ? {} : { wants }),
  };
  let text: TextReader | undefined;
  for (const input of found.inputs) {
    if (!isReadable(input.kind)) continue;
    for await (const step of readInput(input, port, options)) {
      if (signal?.aborted === true) return { kind: 'read', ...totals };
      if (step.kind === 'log') totals.logs++;
      else if (step.kind === 'unit') totals.rejected += decoder.decodeUnit(step.unit, { onRecord: take }).rejected;
      else if (step.kind === 'text') {
        totals.logs++;
        text = new TextReader({ source: step.source });
      } else if (step.kind === 'block') text?.push(step.bytes, { onEvent: take });
      else if (step.kind === 'textEnd') totals.rejected += text?.end({ onEvent: take }).rejected ?? 0;
    }
  }
  return { kind: 'read', ...totals };
}
