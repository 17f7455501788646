import type { FoldStep } from './fold-step.ts';
import type { Folded } from './powershell-value.ts';

/** A command that runs, with what is constant in it. */
export interface Call {
  /** Full lower-case name (`set-wmiinstance`), or the text after `&`. */
  readonly name: string;
  /** Named arguments, splatted tables included; lower-case names as written. A switch has no value. */
  readonly named: ReadonlyMap<string, Folded | undefined>;
  /** Arguments without a name; undefined for one that is not constant. */
  readonly positional: readonly (Folded | undefined)[];
  /** What the pipeline brings. */
  readonly input: Folded | undefined;
  readonly at: number;
  readonly end: number;
}

/** What a reader of a script wants to hear of while it is folded. */
export interface Listener {
  /** The largest expression at this place that is constant and was built or decoded. */
  onFold?(at: number, end: number, steps: readonly FoldStep[]): void;
  /** A text that the script runs as code. Undefined text: what runs is not constant. */
  onRun?(at: number, end: number, folded: Folded | undefined): void;
  /** A command; a value that is returned becomes the result. */
  onCall?(call: Call): Folded | undefined;
  /** The block of `Invoke-Command` is about to be read; what is returned is called behind it. */
  onBlock?(call: Call): (() => void) | undefined;
  /** A property is set on a value. */
  onSet?(target: Folded, name: string, value: Folded | undefined): void;
  /** A method of an object or class that this room knows nothing about; a value returned becomes the result. */
  onMethod?(target: Folded, name: string, args: readonly Folded[] | undefined, at: number): Folded | undefined;
  /** `[type]"text"` of a type that is not a plain conversion. */
  onCast?(type: string, operand: Folded): Folded | undefined;
}
