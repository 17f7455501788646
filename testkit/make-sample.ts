import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seedCase } from './sample/seed-case.ts';

/** Writes `samples/seed-case/`: the evidence that the README's first line hunts. */
const folder = join(import.meta.dirname, '..', 'samples', 'seed-case');
rmSync(folder, { recursive: true, force: true });
for (const [path, bytes] of seedCase().files) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
