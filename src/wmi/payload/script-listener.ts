import type { FoldStep } from './fold-step.ts';
import type { Folded } from './powershell-value.ts';

/** What a reader of VBScript or JScript hears of. */
export interface ScriptListener {
  onFold?(at: number, end: number, steps: readonly FoldStep[]): void;
  /** Text that the script runs as code (`Execute`, `eval`) or starts as a command (`Run`, `Exec`, `Create`). */
  onRun?(form: 'code' | 'command', name: string, at: number, end: number, folded: Folded | undefined): void;
  /** A call or member that this room does not fold; a value that is returned becomes the result. `args` absent: no call. */
  onMember?(
    target: Folded | undefined,
    name: string,
    args: readonly Folded[] | undefined,
    at: number,
  ): Folded | undefined;
  /** A property is set on a value. */
  onSet?(target: Folded, name: string, value: Folded | undefined): void;
}
