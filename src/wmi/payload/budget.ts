/** The hard bounds of DOMAIN 5. Work is counted in steps, not in milliseconds, so that every machine stops at the same place (L7). */
export interface PayloadLimits {
  /** UTF-16 units of one payload. */
  readonly inputChars: number;
  readonly layers: number;
  readonly depth: number;
  /** UTF-16 units of text plus bytes of binary data over all layers. */
  readonly outputChars: number;
  /** Elementary steps of tokenizing and folding: about 200 ms of one core. */
  readonly steps: number;
  /** Bytes that one compressed stream may give. */
  readonly inflatedBytes: number;
  /** Bytes out for each byte in. */
  readonly inflateRatio: number;
  /** Base64 runs shorter than this are left alone. */
  readonly base64Chars: number;
}

export const PAYLOAD_LIMITS: PayloadLimits = {
  inputChars: 1 << 20,
  layers: 64,
  depth: 12,
  outputChars: 4 << 20,
  steps: 4_000_000,
  inflatedBytes: 8 << 20,
  inflateRatio: 200,
  base64Chars: 16,
};

export type Bound = 'input' | 'layers' | 'depth' | 'output' | 'steps' | 'inflate' | 'nesting';

const WORDS: Readonly<Record<Bound, string>> = {
  input: 'input cut',
  layers: 'layer limit',
  depth: 'depth limit',
  output: 'output limit',
  steps: 'step limit',
  inflate: 'decompression limit',
  nesting: 'nesting limit',
};

/** What one analysis may still spend. Every bound that is hit is counted, never silent. */
export class Budget {
  readonly limits: PayloadLimits;
  #steps: number;
  #chars: number;
  readonly #hits: Map<Bound, number> = new Map();

  constructor(limits: PayloadLimits = PAYLOAD_LIMITS) {
    this.limits = limits;
    this.#steps = limits.steps;
    this.#chars = limits.outputChars;
  }

  /** Takes steps; false when none are left. */
  spend(steps = 1): boolean {
    if (this.#steps <= 0) return false;
    this.#steps -= steps;
    if (this.#steps > 0) return true;
    this.hit('steps');
    return false;
  }

  get isSpent(): boolean {
    return this.#steps <= 0;
  }

  /** Takes output; false when the text or bytes no longer fit. */
  emit(units: number): boolean {
    if (units > this.#chars) {
      this.hit('output');
      return false;
    }
    this.#chars -= units;
    return true;
  }

  /** UTF-16 units or bytes that may still be produced. */
  get room(): number {
    return this.#chars;
  }

  hit(bound: Bound): void {
    this.#hits.set(bound, (this.#hits.get(bound) ?? 0) + 1);
  }

  /** The bounds that were hit, in a fixed order: `layer limit (64) reached 3 times`. */
  stopped(): readonly string[] {
    const limits: Readonly<Record<Bound, number>> = {
      input: this.limits.inputChars,
      layers: this.limits.layers,
      depth: this.limits.depth,
      output: this.limits.outputChars,
      steps: this.limits.steps,
      inflate: this.limits.inflatedBytes,
      nesting: NESTING,
    };
    const lines: string[] = [];
    for (const bound of Object.keys(WORDS) as Bound[]) {
      const times = this.#hits.get(bound);
      if (times === undefined) continue;
      lines.push(`${WORDS[bound]} (${limits[bound]}) reached ${times === 1 ? 'once' : `${times} times`}`);
    }
    return lines;
  }
}

/** How deep brackets, blocks and calls may nest in a script. */
export const NESTING = 64;
