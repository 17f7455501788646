import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  buildManifest,
  type HuntResult,
  type IndexedIncident,
  type ManifestOutput,
  renderCsv,
  renderErrors,
  renderHtml,
  renderIncidentHtml,
  renderIndexHtml,
  renderJsonl,
  renderManifest,
  worstIncidentsFirst,
} from '../report/index.ts';
import { levelRank } from '../windows/index.ts';
import type { UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import type { NamedOutput } from './evidence-outputs.ts';
import type { Interrupt } from './interrupt.ts';
import { OutputLostError, openSink, outputProblem, type Sink, writeAll } from './output.ts';

/** Writes files of one run and remembers what it wrote, with hashes; none is ever half there. */
export class Outputs {
  readonly #environment: Environment;
  readonly #interrupt: Interrupt;
  readonly #written: ManifestOutput[] = [];

  constructor(environment: Environment, interrupt: Interrupt) {
    this.#environment = environment;
    this.#interrupt = interrupt;
  }

  /** `-` is standard output, which no manifest names. */
  async write(path: string, pieces: Iterable<string>): Promise<void> {
    const sink = openSink(path, this.#environment.stdout);
    this.#interrupt.onSecond(() => sink.discard());
    const hashed = new HashedSink(sink);
    await writeAll(hashed, pieces);
    await sink.commit();
    if (path !== '-') this.#written.push(hashed.output(path));
  }

  async writeManifest(path: string, result: HuntResult): Promise<void> {
    const sink = openSink(path, this.#environment.stdout);
    this.#interrupt.onSecond(() => sink.discard());
    await sink.write(renderManifest(buildManifest(result, this.#written)));
    await sink.commit();
  }
}

/** Hashes what passes. */
class HashedSink implements Sink {
  readonly #sink: Sink;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get isOpen(): boolean {
    return this.#sink.isOpen;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#sink.write(piece);
  }

  commit(): Promise<void> {
    return this.#sink.commit();
  }

  discard(): void {
    this.#sink.discard();
  }

  output(path: string): ManifestOutput {
    return { path, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** Names of a report folder that are there in every case. */
const FIXED = ['findings.jsonl', 'timeline.csv', 'errors.jsonl', 'manifest.json'] as const;
const PAGE = /^(?:incident-report(?:-\d+)?\.(?:html|md|json|sarif|layer\.json)|index\.html)$/;

/** Files of the folder that a report would replace or that an earlier one left. */
export function reportFiles(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const fixed: readonly string[] = FIXED;
  return readdirSync(folder)
    .filter((name) => fixed.includes(name) || PAGE.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** What is wrong with a folder for a report, found before anything is read. */
export function reportFolderProblems(flag: string, folder: string, mayOverwrite: boolean): readonly UsageProblem[] {
  const full = resolve(folder);
  if (!existsSync(full)) {
    const problem = outputProblem(flag, folder, false);
    return problem === undefined ? [] : [problem];
  }
  if (!statSync(full).isDirectory()) {
    return [
      {
        code: 'TRIAD-E-IO-EXISTS',
        place: `--${flag} ${folder}`,
        message: 'This is a file; nothing was read or written.',
        action: 'Name a folder, or one that does not exist yet.',
      },
    ];
  }
  const [first] = reportFiles(full);
  if (first !== undefined && !mayOverwrite) {
    return [
      {
        code: 'TRIAD-E-IO-EXISTS',
        place: `--${flag} ${folder}`,
        message: 'The folder holds a report already; nothing was read or written.',
        action: 'Name another folder, or add --force.',
      },
    ];
  }
  const problem = outputProblem(flag, join(folder, '.report'), true);
  return problem === undefined ? [] : [problem];
}

/** The same files as outputs, so that none of them can be evidence. */
export function reportOutputs(flag: string, folder: string | undefined): readonly NamedOutput[] {
  return folder === undefined ? [] : reportFiles(folder).map((path) => [flag, path] as const);
}

/**
 * `--report DIR`: a page for each critical or high incident, worst first, an index where there are several, and the files for
 * programs. Without such an incident the page is that of the worst one, and without any it is the hunt's.
 */
export async function writeReport(folder: string, result: HuntResult, outputs: Outputs): Promise<readonly string[]> {
  makeFolder(folder);
  for (const stale of reportFiles(folder)) rmSync(stale);
  const written: string[] = [];
  const write = async (name: string, pieces: Iterable<string>): Promise<void> => {
    const path = join(folder, name);
    await outputs.write(path, pieces);
    written.push(path);
  };
  const incidents = worstIncidentsFirst(result.incidents);
  const pages = pagesOf(incidents.length === 0 ? [] : indexed(incidents));
  if (pages.length === 0) await write('incident-report.html', renderHtml(result));
  for (const { incident, file } of pages) await write(file, renderIncidentHtml(result, incident));
  if (pages.length > 1) await write('index.html', renderIndexHtml(result, indexed(incidents)));
  await write('findings.jsonl', renderJsonl(result));
  await write('timeline.csv', renderCsv(result));
  await write('errors.jsonl', renderErrors(result));
  const manifest = join(folder, 'manifest.json');
  await outputs.writeManifest(manifest, result);
  return [...written, manifest];
}

/** Which incidents have a page, and under which name; the others stand in the index without one. */
function indexed(incidents: HuntResult['incidents']): readonly IndexedIncident[] {
  const serious = incidents.filter(({ level }, index) => index === 0 || levelRank(level) >= levelRank('high'));
  return incidents.map((incident) => {
    const number = serious.indexOf(incident) + 1;
    if (number === 0) return { incident };
    return { incident, file: serious.length === 1 ? 'incident-report.html' : `incident-report-${number}.html` };
  });
}

function pagesOf(items: readonly IndexedIncident[]): readonly Required<IndexedIncident>[] {
  return items.flatMap(({ incident, file }) => (file === undefined ? [] : [{ incident, file }]));
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (cause) {
    if (existsSync(folder) && statSync(folder).isDirectory()) return;
    throw new OutputLostError(dirname(resolve(folder)), cause);
  }
}
