#!/usr/bin/env node
// Plain JavaScript that old versions of Node parse: it says what is missing, then loads the rest (DEPENDENCIES 1.1).
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 15);

if (!isNewEnough) {
  process.stderr.write(
    `triad needs Node 24.15 or newer and was started by ${process.versions.node}. In a checkout run "npm ci" once, then "npm run -s triad -- ARGUMENTS": that brings and uses its own Node.\n`,
  );
  process.exitCode = 2;
} else {
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const isCheckout = existsSync(source);
  if (isCheckout) {
    // Compiled code is kept in the checkout alone; the packed program writes nothing of its own (SETTLED A23).
    const { enableCompileCache } = await import('node:module');
    const { fileURLToPath } = await import('node:url');
    const cache = fileURLToPath(new URL('../node_modules/.cache/triad', import.meta.url));
    enableCompileCache(cache);
    // Threads start without it unless the environment says so: [M] 0.24 s of CPU a thread, 0.06 s with it.
    process.env['NODE_COMPILE_CACHE'] = cache;
    if (process.argv[2] === 'serve') await buildPage();
  }
  const { main } = await import(isCheckout ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
  process.exitCode = await main(process.argv.slice(2));
}

/** The page of the server is built in a checkout when it is missing or older than its source; a release has it. */
async function buildPage() {
  try {
    const { buildWhenOlder } = await import(new URL('../tools/build-console.ts', import.meta.url).href);
    await buildWhenOlder();
  } catch (cause) {
    // Without the packages of development the server runs, and says at its address what is missing.
    process.stderr.write(`The page was not built: ${cause instanceof Error ? cause.message : cause}\n`);
  }
}
