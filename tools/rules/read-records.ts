import { join } from 'node:path';
import { LogDecoder, locateSlots, SLOT_BYTES } from '../../src/evtx/index.ts';
import { nodeFilePort } from '../../src/hunt/index.ts';
import { findInputs, readInput } from '../../src/intake/index.ts';
import { TextReader, type TextSink } from '../../src/shapes/index.ts';
import type { Event } from '../../src/windows/index.ts';

const SLOTS_AT_ONCE = 64;

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

/** Every record of a log in memory. */
export function readLog(name: string, bytes: Uint8Array, each: (event: Event) => void): void {
  const layout = locateSlots(bytes, bytes.length, true);
  if (layout === undefined) throw new Error(`${name} is no event log`);
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  for (let at = layout.firstSlotOffset; at < bytes.length; at += SLOTS_AT_ONCE * SLOT_BYTES) {
    const unit = {
      source: { file: name },
      layout,
      bytes: bytes.subarray(at, at + SLOTS_AT_ONCE * SLOT_BYTES),
      fileOffset: at,
      firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
    };
    decoder.decodeUnit(unit, { onRecord: each });
  }
}
