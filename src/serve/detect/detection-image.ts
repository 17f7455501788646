import { deserialize, serialize } from 'node:v8';
import type { WindowImage } from '../../live/index.ts';

/** What the window held when every batch up to a position was taken: a start begins with it, and reads what came behind. */
export interface DetectionImage {
  readonly position: number;
  readonly window: WindowImage;
}

export const NO_IMAGE: Omit<DetectionImage, 'window'> & { readonly window: undefined } = {
  position: 0,
  window: undefined,
};

/** The same in buffers of its own, which travel between threads and lie in files. */
export interface PackedImage {
  readonly position: number;
  /** All but the rows. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly rows: readonly Uint8Array<ArrayBuffer>[];
}

export function packImage({ position, window: { rows, ...window } }: DetectionImage): PackedImage {
  return { position, head: new Uint8Array(serialize(window)), rows };
}

/** @throws on bytes that `packImage` did not make */
export function unpackImage({ position, head, rows }: PackedImage): DetectionImage {
  const window = deserialize(head) as Omit<WindowImage, 'rows'>;
  return { position, window: { ...window, rows } };
}

/** What is handed over with it. */
export function buffersOf({ head, rows }: PackedImage): ArrayBuffer[] {
  return [head.buffer, ...rows.map(({ buffer }) => buffer)];
}
