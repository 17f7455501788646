import { analysePayload, type PayloadFeature, unwrapKnownTool } from '../wmi/index.ts';

/** What a command line earns: its weights without a known tool's wrapper, and the tool (SETTLED C14). */
export interface ReadPayload {
  readonly features: readonly PayloadFeature[];
  readonly tool: string | undefined;
}

const MAX_REMEMBERED = 2048;
/** Longer lines are read each time. */
const MAX_REMEMBERED_LINE = 4096;
const NOTHING: ReadPayload = { features: [], tool: undefined };

/** Reads command lines and remembers the last ones: what WMI starts repeats itself. */
export class PayloadReader {
  readonly #known = new Map<string, ReadPayload>();

  read(commandLine: string | undefined): ReadPayload {
    if (commandLine === undefined) return NOTHING;
    const known = this.#known.get(commandLine);
    if (known !== undefined) return known;
    const wrapped = unwrapKnownTool(commandLine);
    const read: ReadPayload = {
      features: analysePayload(wrapped?.command ?? commandLine).features,
      tool: wrapped?.tool,
    };
    if (commandLine.length > MAX_REMEMBERED_LINE) return read;
    if (this.#known.size >= MAX_REMEMBERED) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(commandLine, read);
    return read;
  }
}

/** Features of several command lines: each code once, with the most points. */
export function strongestFeatures(lists: readonly (readonly PayloadFeature[])[]): readonly PayloadFeature[] {
  const byCode = new Map<string, PayloadFeature>();
  for (const feature of lists.flat()) {
    const known = byCode.get(feature.code);
    if (known === undefined || feature.points > known.points) byCode.set(feature.code, feature);
  }
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}
