import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Runs something whose call number `at` (from 0) that renames or removes anything never comes back: what lies on the disk is then what a
 * process leaves that is killed before that call. Undefined where it was stopped.
 */
export async function stoppedAt<Value>(at: number, act: () => Promise<Value>): Promise<Value | undefined> {
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const never = new Promise<never>(() => {});
  const stop = (): Promise<never> => {
    resolve(undefined);
    return never;
  };
  return await withCalls(at, stop, () => Promise.race([act(), stopped]));
}

/** Runs something whose calls number `at` to `last` that rename or remove anything fail, and no other ones. */
export async function failingAt<Value>(at: number, act: () => Promise<Value>, last: number = at): Promise<Value> {
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
  return await withCalls(at, fail, act, last);
}

async function withCalls<Value>(
  at: number,
  instead: () => Promise<never>,
  act: () => Promise<Value>,
  last = at,
): Promise<Value> {
  const { rename, rm } = fs;
  let calls = 0;
  const isOne = (): boolean => {
    const call = calls++;
    return call >= at && call <= last;
  };
  fs.rename = (from, to) => (isOne() ? instead() : rename(from, to));
  fs.rm = (path, options) => (isOne() ? instead() : rm(path, options));
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    Object.assign(fs, { rename, rm });
    syncBuiltinESMExports();
  }
}
