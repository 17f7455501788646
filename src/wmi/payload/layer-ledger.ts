import type { PayloadLayer } from '../types.ts';
import type { Budget } from './budget.ts';

/** Operations that only hand a command on: alone they are no disguise (P11 needs more). */
const PASSES_ON =
  /^(?:cmd \/c|powershell -Command|start|call|for (?:\/f|do)|wmic process call create|schtasks \/tr|forfiles \/c|pcalua -a|winrs|sc binPath|(?:bash|wsl) -c|command started by the script|regsvr32 \/i|wmic \/format|msiexec \/i|certutil -urlcache|bitsadmin \/transfer|curl|ftp -s|mshta link)$/;

/** The layers of one analysis: each once, within the bounds, with the way that leads to it. */
export class LayerLedger {
  readonly layers: PayloadLayer[] = [];
  readonly #budget: Budget;
  readonly #known: Set<string> = new Set();
  readonly #digests: Set<string> = new Set();
  #deepest: readonly string[] = [];

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** True when so much output may still be made; counts the bound where not. */
  fits(units: number): boolean {
    if (units <= this.#budget.room) return this.#budget.spend(1 + (units >> 6));
    this.#budget.hit('output');
    return false;
  }

  /** True when some layer has this digest. */
  holds(digest: string): boolean {
    return this.#digests.has(digest);
  }

  /** The deepest way in which something was undone, in words; empty below two layers. */
  deepest(): string {
    return this.#deepest.length < 2 ? '' : this.#deepest.join(' > ');
  }

  /** Adds a layer below `path`; gives its own path, or undefined when it is known already or a bound is hit. */
  add(
    path: readonly string[],
    operation: string,
    at: number,
    end: number,
    text: string,
    digest: string,
  ): readonly string[] | undefined {
    const key = `${operation}\0${digest}`;
    if (this.#known.has(key)) return undefined;
    this.#digests.add(digest);
    const { layers, depth } = this.#budget.limits;
    if (this.layers.length >= layers) {
      this.#budget.hit('layers');
      return undefined;
    }
    if (path.length >= depth) {
      this.#budget.hit('depth');
      return undefined;
    }
    if (!this.#budget.emit(text.length)) return undefined;
    this.#known.add(key);
    this.layers.push({ depth: path.length + 1, operation, offset: at, length: end - at, sha256: digest, text });
    const below = [...path, operation];
    if (below.length > this.#deepest.length && below.some((name) => !PASSES_ON.test(name))) this.#deepest = below;
    return below;
  }
}
