/**
 * `npm run console`: bundles the page of the server into `console/dist`: `index.html`, and `assets/` with names that carry a
 * digest of their content. `buildWhenOlder` is what a start of the server in a checkout asks first.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown, type TransformOptions } from 'rolldown';
import { PICTURE_STYLE } from '../src/report/drawing/picture-style.ts';

const root = join(import.meta.dirname, '..');
const source = join(root, 'console');

/** Where the page is built to; git does not keep it. */
export const CONSOLE_FOLDER: string = join(source, 'dist');

/** A file of the page with its size in bytes. */
export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  readonly gzipped: number;
}

/** Builds the page whole into a folder, and says what it holds. What was there before goes. */
export async function buildConsole(folder: string = CONSOLE_FOLDER): Promise<readonly BuiltFile[]> {
  const [page, stream] = await Promise.all([bundle('main.tsx'), bundle('worker/stream-worker.ts')]);
  const style = styleText();
  const assets = [
    { name: named('page', page, 'js'), text: page },
    { name: named('stream', stream, 'js'), text: stream },
    { name: named('style', style, 'css'), text: style },
  ] as const;
  const build = digest(assets.map(({ name }) => name).join(' '));
  const index = readFileSync(join(source, 'index.html'), 'utf8')
    .replaceAll('{{page}}', `/assets/${assets[0].name}`)
    .replaceAll('{{stream}}', `/assets/${assets[1].name}`)
    .replaceAll('{{style}}', `/assets/${assets[2].name}`)
    .replaceAll('{{build}}', build)
    // A browser puts these tags where they are left out.
    .replace(/<(?:\/?head|\/?body|\/html)>\n/g, '');
  const files = [
    { name: 'index.html', text: index },
    ...assets.map(({ name, text }) => ({ name: `assets/${name}`, text })),
  ];
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(join(fresh, 'assets'), { recursive: true });
  for (const { name, text } of files) writeFileSync(join(fresh, name), text);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return files.map(({ name, text }) => {
    return { path: name, bytes: Buffer.byteLength(text), gzipped: gzipSync(text, { level: 9 }).length };
  });
}

/** Builds when there is no page yet, or one that is older than what it is built from. */
export async function buildWhenOlder(): Promise<boolean> {
  const built = statSync(join(CONSOLE_FOLDER, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const texts = globSync(
    ['console/**/*.{ts,tsx,css,html}', 'src/{api,people,report,windows}/**/*.ts', 'tools/build-console.ts'],
    {
      cwd: root,
      exclude: ['console/dist/**'],
    },
  );
  if (texts.every((path) => statSync(join(root, path)).mtimeMs <= built)) return false;
  await buildConsole();
  return true;
}

/** Children are arguments, not a member: its name at each element would be hundreds of bytes of the packed page. */
const JSX: TransformOptions = {
  jsx: { runtime: 'classic', pragma: 'elementOf', pragmaFrag: 'Elements' },
  inject: { elementOf: ['preact', 'createElement'], Elements: ['preact', 'Fragment'] },
};

/** One file with all that it imports; of rooms of `src` only what is used. */
async function bundle(entry: string): Promise<string> {
  const built = await rolldown({
    input: join(source, entry),
    platform: 'browser',
    external: /^node:/,
    tsconfig: false,
    transform: { ...JSX, target: 'es2022' },
    // Rooms do nothing when they are loaded: what the page does not use of them is left out whole. Signals hook into Preact.
    treeshake: {
      moduleSideEffects: (id) => id.startsWith(source) || /[\\/]@?preact[\\/]/.test(id),
      // What browsers have is there. A read of a property stays: that of a signal subscribes.
      unknownGlobalSideEffects: false,
    },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  // Marks of what is pure are read by this step alone; left in, they are 20 KB.
  const { output } = await built.generate({ format: 'esm', minify: true, codeSplitting: false, comments: false });
  await built.close();
  const [chunk] = output;
  if (/\b(?:from|import)\s*\(?["']node:/.test(chunk.code)) throw new Error(`${entry} reaches for a builtin of Node`);
  return chunk.code;
}

/** A text in quotes, or spaces that mean nothing: around brackets, commas, `>` and `/`, and behind a colon. */
const STYLE_SPACES = /("[^"]*"|'[^']*')|\s*([{};,])\s*|(:)\s+|\s+([>/])\s+/g;

/** The style sheets in the order of their names, without comments and the spaces between. */
function styleText(): string {
  const sheets = globSync('style/*.css', { cwd: source }).sort();
  return sheets
    .map((path) => readFileSync(join(source, path), 'utf8'))
    .toSpliced(1, 0, PICTURE_STYLE)
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(STYLE_SPACES, '$1$2$3$4')
    .replaceAll(';}', '}')
    .trim();
}

function named(name: string, text: string, extension: string): string {
  return `${name}-${digest(text)}.${extension}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = await buildConsole();
  for (const { path, bytes, gzipped } of files) process.stdout.write(`${path}  ${bytes} bytes, ${gzipped} gzipped\n`);
  process.stdout.write(`${files.reduce((sum, { gzipped }) => sum + gzipped, 0)} bytes gzipped in all\n`);
}
