/**
 * `npm run pack:release [FOLDER]`: builds, stages and packs the release tarball, and prints its path. The staged manifest has no
 * development or platform packages and no scripts; the runtime dependencies are inside, so that the tarball installs
 * offline (DEPENDENCIES 10: `npm pack` alone would pack a stale `dist`, and the platform packages of Node would be fetched).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildConsole } from './build-console.ts';
import { PACKED_RULES, packedRules } from './rules/pack-files.ts';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
  readonly [key: string]: unknown;
}

/** Keys of the manifest that the release carries. */
const KEPT: readonly string[] = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'engines',
  'bin',
  'files',
  'dependencies',
  'bundleDependencies',
];
/** Files beside the program that every release carries. */
const TEXTS: readonly string[] = ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md'];

/** The dependencies with all that they need, by name: what is bundled. */
function closure(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const manifest = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    ) as Partial<Manifest>;
    waiting.push(...Object.keys(manifest.dependencies ?? {}));
  }
  return [...found].sort();
}

/** Compiles into the stage: the checkout is left as it is. */
function build(folder: string): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')];
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

function stage(folder: string): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const kept: Record<string, unknown> = Object.fromEntries(KEPT.map((key) => [key, manifest[key]]));
  // npm packs what the list names; the packages below a bundled one must be named as well.
  kept['bundleDependencies'] = closure(manifest.bundleDependencies);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  for (const path of [...manifest.files, ...TEXTS]) {
    if (path !== 'dist' && path !== PAGE && existsSync(join(root, path)))
      cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  // Whoever installs it need not compile the rules at every start (SETTLED E4); their texts go with it to be read.
  writeFileSync(join(folder, PACKED_RULES), packedRules());
  for (const name of closure(manifest.bundleDependencies)) {
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
}

/** Built into the stage, like the program. */
const PAGE = 'console/dist';

const target = resolve(process.argv[2] ?? root);
const folder = mkdtempSync(join(tmpdir(), 'triad-pack-'));
try {
  mkdirSync(target, { recursive: true });
  build(folder);
  stage(folder);
  mkdirSync(join(folder, 'console'));
  await buildConsole(join(folder, PAGE));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const packed = execFileSync(npm, ['pack', '--json', '--silent', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
    shell: process.platform === 'win32',
  });
  const [made] = JSON.parse(packed.slice(packed.indexOf('['))) as readonly {
    readonly filename: string;
    readonly size: number;
  }[];
  if (made === undefined) throw new Error('npm pack said nothing');
  process.stdout.write(`${join(target, made.filename)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
