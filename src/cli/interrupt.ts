import { rmSync } from 'node:fs';

/** How a run ends early (PRODUCT 6.3, SETTLED A28). */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** 130 for Ctrl-C, 143 for SIGTERM; undefined while nothing came. */
  readonly code: number | undefined;
  /** What must be gone when a second signal ends the program at once. */
  onSecond(clean: () => void): void;
  /** A folder that must be gone in any case. */
  addFolder(folder: string): void;
  release(): void;
}

/** The first signal stops reading and lets the run finish with what it has; the second ends the program and leaves no file. */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const cleanings: (() => void)[] = [];
  const folders: string[] = [];
  let code: number | undefined;
  const clean = (): void => {
    for (const cleaning of cleanings) cleaning();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  const handle = (signal: NodeJS.Signals): void => {
    const earned = signal === 'SIGTERM' ? 143 : 130;
    if (code !== undefined) {
      clean();
      process.exit(earned);
    }
    code = earned;
    controller.abort();
    onFirst();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    get code(): number | undefined {
      return code;
    },
    onSecond: (cleaning) => {
      cleanings.push(cleaning);
    },
    addFolder: (folder) => {
      folders.push(folder);
    },
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
