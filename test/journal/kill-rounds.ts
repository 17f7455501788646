import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../src/journal/index.ts';
import { killedPayload } from './killed-payload.ts';
import { contentOf, opened } from './opened.ts';

export interface KillTally {
  readonly acknowledged: number;
  readonly held: number;
}

/** Kills a process under load so many times, each time after another while, and holds the journal to all that it ever acknowledged. */
export async function tallyKills(rounds: number): Promise<KillTally> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-killed-'));
  const folder = join(parent, 'journal');
  const acknowledged = new Map<number, string>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const lines = await killedRun(folder, round, (round * 37) % 150);
      for (const line of lines) {
        const [position = '', key = ''] = line.split(' ');
        assert.ok(!acknowledged.has(Number(position)), `${position} is given twice`);
        acknowledged.set(Number(position), key);
      }
    }
    const count = acknowledged.size;
    const journal = await opened({ folder, disk: nodeDisk });
    const { setAside, gaps } = journal.health();
    assert.deepEqual({ setAside, gaps }, { setAside: [], gaps: [] });
    const content = await contentOf(journal);
    const keys = new Set<string>();
    content.forEach(({ position, payload }, i) => {
      assert.equal(position, i + 1);
      const key = payload.toString('latin1', 0, payload.indexOf(10));
      assert.ok(!keys.has(key), `${key} is there twice`);
      keys.add(key);
      assert.deepEqual(payload, killedPayload(key));
      if (acknowledged.has(position)) assert.equal(key, acknowledged.get(position));
      acknowledged.delete(position);
    });
    assert.deepEqual([...acknowledged], [], 'acknowledged and not there');
    return { acknowledged: count, held: content.length };
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/** The whole lines that a process printed until it was killed. */
async function killedRun(folder: string, round: number, afterMs: number): Promise<readonly string[]> {
  const task = join(import.meta.dirname, 'killed-task.ts');
  const child = spawn(process.execPath, [task, folder, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let isTimed = false;
  child.stdout.setEncoding('latin1');
  child.stdout.on('data', (piece: string) => {
    text += piece;
    if (isTimed) return;
    isTimed = true;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const signal = await new Promise<string | null>((resolve) => child.on('close', (_code, by) => resolve(by)));
  assert.equal(signal, 'SIGKILL');
  return text.split('\n').slice(1, -1);
}
