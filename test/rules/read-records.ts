import { join } from 'node:path';
import { LogDecoder } from '../../src/evtx/index.ts';
import { nodeFilePort } from '../../src/hunt/index.ts';
import { findInputs, readInput } from '../../src/intake/index.ts';
import { TextReader, type TextSink } from '../../src/shapes/index.ts';
import type { Event } from '../../src/windows/index.ts';

/** Every record of a file of evidence, found and read as a hunt does, none passed over. An event is valid during its call. */
export async function readRecords(folder: string, path: string, each: (event: Event) => void): Promise<void> {
  const port = nodeFilePort(folder);
  const { inputs } = await findInputs([join(folder, path)], port);
  for (const input of inputs) {
    let decoder: LogDecoder | undefined;
    let reader: TextReader | undefined;
    const sink: TextSink = { onEvent: each };
    for await (const step of readInput(input, port, { hash: false, ownBuffers: false })) {
      if (step.kind === 'log') decoder = new LogDecoder({ carve: false, collectTemplates: false });
      else if (step.kind === 'unit') decoder?.decodeUnit(step.unit, { onRecord: each });
      else if (step.kind === 'text') reader = new TextReader({ source: step.source });
      else if (step.kind === 'block') reader?.push(step.bytes, sink);
      else if (step.kind === 'textEnd') reader?.end(sink);
    }
  }
}
