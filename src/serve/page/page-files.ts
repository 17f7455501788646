import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page, held as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly gzipped: Uint8Array;
  /** Strong, of the plain bytes. */
  readonly etag: string;
}

/** The page as a start found it: it does not change under a running server. */
export interface PageFiles {
  /** What an open page compares with its own; undefined where the document names none. */
  readonly build: string | undefined;
  readonly index: PageFile;
  /** By name, without `/assets/`. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Reads the built page; undefined where there is none. */
export async function readPageFiles(folder: string): Promise<PageFiles | undefined> {
  const names = await namesIn(join(folder, 'assets'));
  const index = await readIndex(join(folder, 'index.html'));
  if (index === undefined || names === undefined) return undefined;
  const assets = new Map<string, PageFile>();
  for (const name of names) {
    const file = pageFile(name, await readFile(join(folder, 'assets', name)));
    if (file !== undefined) assets.set(name, file);
  }
  const build = /<meta name="triad-build" content="([0-9a-f]+)">/.exec(Buffer.from(index.bytes).toString())?.[1];
  return { build, index, assets };
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (cause) {
    return absent(cause);
  }
}

async function readIndex(path: string): Promise<PageFile | undefined> {
  try {
    return pageFile('index.html', await readFile(path));
  } catch (cause) {
    return absent(cause);
  }
}

/** What is not there is no trouble; anything else is a fault of the start. */
function absent(cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw cause;
}

/** Undefined for a kind of file that the page has none of. */
export function pageFile(name: string, bytes: Uint8Array): PageFile | undefined {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) return undefined;
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { type, bytes, gzipped: gzipSync(bytes, { level: 9 }), etag: `"${digest}"` };
}
