import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What `triad serve` is made of. The built page is no part of it: a start builds it. */
const PARTS = ['bin', 'console', 'package.json', 'rules', 'schemas', 'src', 'tools/build-console.ts'] as const;

/** A checkout of its own in which one text of the page is another; gives its program. It goes with the test. */
export function copiedCheckout(
  context: TestContext,
  { path, before, after }: { readonly path: string; readonly before: string; readonly after: string },
): string {
  const folder = mkdtempSync(join(tmpdir(), 'triad-checkout-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const isKept = (from: string): boolean => from !== join(ROOT, 'console/dist');
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter: isKept });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const text = readFileSync(join(folder, path), 'utf8');
  if (!text.includes(before)) throw new Error(`${path} has no "${before}"`);
  writeFileSync(join(folder, path), text.replace(before, after));
  return join(folder, 'bin/triad.js');
}
