/** The part of libarchive.js 2.0.2 that `seven-zip-worker.ts` uses: libarchive itself, without the wrapper for browsers. */
declare module 'libarchive.js/src/webworker/wasm-gen/libarchive.js' {
  export interface LibArchiveModule {
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    cwrap(name: string, gives: 'number' | 'string' | null, takes: readonly ('number' | 'string')[]): LibArchiveCall;
  }

  export type LibArchiveCall = (...values: readonly (number | string | null)[]) => unknown;

  export default function libarchive(options: {
    readonly print: (text: string) => void;
    readonly printErr: (text: string) => void;
    readonly preRun: readonly (() => void)[];
    readonly postRun: readonly (() => void)[];
  }): Promise<LibArchiveModule>;
}
