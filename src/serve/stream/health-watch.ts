import type { Blindness } from '../blind/blind-watch.ts';
import { blindDocument } from '../handlers/blind.ts';
import type { PartHealth } from '../handlers/health.ts';

/** Says to the stream when something is well no more, or is well again; figures alone are no news. */
export class HealthWatch {
  #told = '';

  /** JSON of what is not well, where that is another than was told last; undefined where it is not. */
  look(status: string, parts: readonly PartHealth[], blind: readonly Blindness[] = []): string | undefined {
    const degraded = parts
      .filter((part) => part.degraded.length > 0)
      .map(({ part, degraded: why }) => ({ part, degraded: why }));
    // Numbers in a sentence change at each look: which sentences there are is what counts.
    const kind = JSON.stringify([
      status,
      degraded.map(({ part, degraded: why }) => [part, why.map(withoutNumbers)]),
      blind.map(({ code }) => code),
    ]);
    if (kind === this.#told) return undefined;
    const isFirst = this.#told === '';
    this.#told = kind;
    return isFirst && degraded.length === 0 && status === 'ok' && blind.length === 0
      ? undefined
      : JSON.stringify({ status, parts: degraded, blind: blind.map(blindDocument) });
  }
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '#');
}
