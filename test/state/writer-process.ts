import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface WriterProcess {
  readonly pid: number;
  /** Settles at the first acknowledged commit. */
  readonly hasBegun: Promise<void>;
  /** `kill -9`, then the last position that it had said was committed; 0 if none. */
  readonly kill: () => Promise<{ readonly acknowledged: number }>;
}

/** A process that owns a folder and commits step after step to it, and prints the position of each that was acknowledged. */
export function startWriter(folder: string): WriterProcess {
  const entry = fileURLToPath(new URL('./keep-committing.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (text.includes('\n')) resolve();
  });
  child.on('exit', (code, signal) => reject(new Error(`the writer ended by itself (${code ?? signal}): ${text}`)));
  return {
    pid: child.pid ?? 0,
    hasBegun: promise,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1).trim();
      return { acknowledged: Number(whole.split('\n').at(-1) ?? 0) };
    },
  };
}
