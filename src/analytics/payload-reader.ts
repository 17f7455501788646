import { analysePayload, type PayloadFeature, unwrapKnownTool } from '../wmi/index.ts';

/** What a command line earns: its weights without a known tool's wrapper, and the tool (SETTLED C14). */
export interface ReadPayload {
  readonly features: readonly PayloadFeature[];
  readonly tool: string | undefined;
}

/** Takes a known tool's wrapper off a command line; gives undefined where there is none. */
export type Unwrap = (commandLine: string) => { readonly tool: string; readonly command: string } | undefined;
/** Weighs a payload (DOMAIN 5). */
export type Analyse = (text: string) => { readonly features: readonly PayloadFeature[] };

const MAX_REMEMBERED = 2048;
/** Longer lines are read each time. */
const MAX_REMEMBERED_LINE = 4096;
const NOTHING: ReadPayload = { features: [], tool: undefined };

/** Reads command lines and remembers the last ones: what WMI starts repeats itself. */
export class PayloadReader {
  readonly #unwrap: Unwrap;
  readonly #analyse: Analyse;
  readonly #known = new Map<string, ReadPayload>();

  constructor(unwrap: Unwrap = unwrapKnownTool, analyse: Analyse = analysePayload) {
    this.#unwrap = unwrap;
    this.#analyse = analyse;
  }

  read(commandLine: string | undefined): ReadPayload {
    if (commandLine === undefined) return NOTHING;
    const known = this.#known.get(commandLine);
    if (known !== undefined) return known;
    const wrapped = this.#unwrap(commandLine);
    const read: ReadPayload = {
      features: this.#analyse(wrapped?.command ?? commandLine).features,
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
