/**
 * Made `format-1.sqlite` and `format-1.golden.json` when format 1 was released. It is kept to tell what is in them and is not run again:
 * a file that a later version makes would prove nothing.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState } from '../../src/state/index.ts';
import { NOW_MS } from './opened-state.ts';
import { fillState } from './small-state.ts';
import { toldBy } from './told-by-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'triad-state-'));
const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xab);
const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random });
if (opened.kind === 'problem') throw new Error(opened.message);
await fillState(opened.state);
writeFileSync(
  new URL('./format-1.golden.json', import.meta.url),
  `${JSON.stringify(await toldBy(opened.state), null, 2)}\n`,
);
await opened.state.close();
copyFileSync(join(folder, 'state.sqlite'), new URL('./format-1.sqlite', import.meta.url));
rmSync(folder, { recursive: true });
