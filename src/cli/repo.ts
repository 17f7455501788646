import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { diffSnapshots, openRepository, type Repository, type Snapshot } from '../cim/index.ts';
import {
  type FoundRepositories,
  type FoundRepository,
  findRepositories,
  nodeFilePort,
  openHolding,
} from '../hunt/index.ts';
import {
  anomalyRows,
  carveRows,
  changeRow,
  classObjects,
  generationRows,
  headRow,
  listingRows,
  namespaceRows,
  type RepositoryFormat,
  type RepositoryRow,
  type RepositorySection,
  renderRepository,
  securityRows,
  subscriptionRows,
} from '../report/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem, writeAll } from './output.ts';
import { passwordFlag } from './password-file.ts';

interface RepoRequest {
  readonly namespace: string | undefined;
  readonly className: string | undefined;
  readonly as: 'mof' | 'json';
  /** Of the map; 0 is the current one (SETTLED D13). */
  readonly generation: number;
  readonly isDeleted: boolean;
  readonly carve: boolean;
  readonly diff: { readonly path: string } | { readonly from: number; readonly to: number } | undefined;
}

/** `triad repo PATH` */
export async function runRepo(invocation: Invocation, environment: Environment): Promise<number> {
  const output = flagValue(invocation, 'output') ?? '-';
  const format = (flagValue(invocation, 'format') ?? 'text') as RepositoryFormat;
  const problems: UsageProblem[] = [];
  const request = readRequest(invocation, problems);
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  const { passwords, problems: wrongPasswords } = await passwordFlag(invocation);
  problems.push(...wrongPasswords);
  if (problems.length > 0) return refuse(environment, problems);
  const [path = ''] = invocation.operands;
  const port = nodeFilePort(process.cwd());
  const holding = openHolding({ temporaryFolder: tmpdir() });
  const search = { holding, passwords };
  const otherPath = request.diff !== undefined && 'path' in request.diff ? request.diff.path : undefined;
  try {
    const found = await findRepositories(path, port, search);
    const other = otherPath === undefined ? undefined : await findRepositories(otherPath, port, search);
    const missing = [
      ...(found === undefined ? [path] : []),
      ...(otherPath !== undefined && other === undefined ? [otherPath] : []),
    ];
    if (missing.length > 0) return refuse(environment, missing.map(nothingThere));
    const overwritten = [found, other].some((one) => isEvidence(output, one));
    if (overwritten) return refuse(environment, [overwrites(output)]);
    return await answer(found, other, request, { output, format, invocation, environment });
  } finally {
    holding.close();
  }
}

interface Printing {
  readonly output: string;
  readonly format: RepositoryFormat;
  readonly invocation: Invocation;
  readonly environment: Environment;
}

async function answer(
  found: FoundRepositories | undefined,
  other: FoundRepositories | undefined,
  request: RepoRequest,
  { output, format, invocation, environment }: Printing,
): Promise<number> {
  const talk = talkOf(invocation, environment);
  for (const { place, reason } of [...(found?.notRead ?? []), ...(other?.notRead ?? [])]) {
    talk.say('warn', { code: 'TRIAD-E-REPO-NOT-READ', place, message: `Not read: ${reason}.`, action: '' });
  }
  const repositories = found?.repositories ?? [];
  if (repositories.length === 0 || (other !== undefined && other.repositories.length === 0)) {
    talk.say('error', {
      code: 'TRIAD-E-IO-NOTHING-READ',
      place: repositories.length === 0 ? invocation.operands.join(', ') : `--diff ${flagValue(invocation, 'diff')}`,
      message: 'There is no WMI repository: no OBJECTS.DATA and no INDEX.BTR.',
      action: 'Name a folder or archive that holds the files of wbem\\Repository.',
    });
    return 3;
  }
  const opened = repositories.map((one) => ({ one, repository: openRepository(one.files) }));
  const problems = opened.flatMap(({ one, repository }) => requestProblems(one, repository, request));
  if (problems.length === opened.length && problems.length > 0) return refuse(environment, problems.slice(0, 1));
  const [against] = other?.repositories ?? [];
  const second = against === undefined ? undefined : openRepository(against.files);
  const sink = openSink(output, environment.stdout);
  const sections = function* (): Generator<RepositorySection> {
    for (const { one, repository } of opened) {
      const snapshot = repository.generation(request.generation);
      if (snapshot !== undefined) yield* sectionsOf(one, repository, snapshot, request, second);
    }
  };
  await writeAll(sink, renderRepository(sections(), format));
  await sink.commit();
  return 0;
}

function* sectionsOf(
  one: FoundRepository,
  repository: Repository,
  snapshot: Snapshot,
  request: RepoRequest,
  second: Repository | undefined,
): Generator<RepositorySection> {
  const { namespace, className, as, diff } = request;
  if (className !== undefined) {
    if (request.isDeleted) {
      yield { rows: remainsOf(repository, request, className) };
      return;
    }
    yield { objects: classObjects(snapshot, className, namespace), as };
    return;
  }
  yield { rows: [headRow(one.place, snapshot)] };
  if (diff !== undefined) {
    const changes =
      'path' in diff
        ? second === undefined
          ? []
          : diffSnapshots(snapshot, second.current)
        : (repository.diff(diff.from, diff.to) ?? []);
    yield { title: 'Changes', rows: changes.values().map(changeRow), isEmptyTold: 'none' };
  } else if (request.isDeleted) {
    const gone = repository.history().filter(({ change }) => change !== 'appeared');
    yield { title: 'Deleted or changed since an older generation', rows: gone.map(changeRow), isEmptyTold: 'nothing' };
    if (request.carve) {
      yield { title: 'In free pages and slack', rows: carveRows(repository.carve()), isEmptyTold: 'nothing' };
    }
  } else if (namespace !== undefined) {
    yield { title: 'Classes', rows: listingRows(snapshot, namespace) };
  } else {
    yield { title: 'Generations', rows: generationRows(repository) };
    yield { title: 'Subscriptions and timers', rows: subscriptionRows(snapshot), isEmptyTold: 'none' };
    yield {
      title: 'Changes between generations',
      rows: repository.history().values().map(changeRow),
      isEmptyTold: 'none',
    };
    yield { title: 'Namespaces', rows: namespaceRows(snapshot) };
    yield { title: 'Who may reach or change a namespace, beside administrators', rows: securityRows(snapshot) };
  }
  yield { title: 'What is odd', rows: anomalyRows(repository) };
}

/** What is left of the instances of a class and of all that derive from it: in older generations, then outside of all. */
function* remainsOf(repository: Repository, request: RepoRequest, className: string): Generator<RepositoryRow> {
  const { namespace, carve } = request;
  const isAsked = (place: string | undefined): boolean =>
    namespace === undefined || place === undefined || place.toLowerCase() === namespace.toLowerCase();
  const wanted = className.toLowerCase();
  for (const change of repository.history()) {
    const isOfClass = change.before?.classChain.some((name) => name.toLowerCase() === wanted) === true;
    if (change.change !== 'appeared' && isOfClass && isAsked(change.namespace.path)) yield changeRow(change);
  }
  for (const row of carve ? carveRows(repository.carve([className])) : []) {
    if (row.kind === 'remain' && isAsked(row.instance.namespace)) yield row;
  }
}

/** What a request names that this repository has not. */
function requestProblems(one: FoundRepository, repository: Repository, request: RepoRequest): UsageProblem[] {
  const known = repository.generations().map(({ id }) => id);
  const ids = [
    request.generation,
    ...(request.diff !== undefined && 'from' in request.diff ? [request.diff.from, request.diff.to] : []),
  ];
  const unknown = ids.find((id) => repository.generation(id) === undefined);
  if (unknown !== undefined) {
    return [
      {
        code: 'TRIAD-E-ARG-NO-GENERATION',
        place: `generation ${unknown}`,
        message: `${one.place} has no such generation.`,
        action: `It has ${known.join(', ')}; 0 is the current one.`,
      },
    ];
  }
  const { namespace, className } = request;
  const snapshot = repository.generation(request.generation) ?? repository.current;
  if (namespace !== undefined && snapshot.namespace(namespace) === undefined) {
    return [
      {
        code: 'TRIAD-E-ARG-NO-NAMESPACE',
        place: `--namespace ${namespace}`,
        message: `${one.place} has no such namespace.`,
        action: 'triad repo PATH lists them.',
      },
    ];
  }
  if (className === undefined || request.isDeleted) return [];
  if (classObjects(snapshot, className, namespace).next().done !== true) return [];
  return [
    {
      code: 'TRIAD-E-ARG-NO-CLASS',
      place: `--class ${className}`,
      message: `${one.place} has no such class${namespace === undefined ? '' : ' in this namespace'}.`,
      action: 'triad repo PATH --namespace N lists the classes of a namespace.',
    },
  ];
}

function readRequest(invocation: Invocation, problems: UsageProblem[]): RepoRequest {
  const number = (flag: string, text: string): number => {
    if (/^\d{1,10}$/.test(text)) return Number(text);
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: `--${flag}`,
      message: `"${text}" is no generation.`,
      action: 'Write the generation id of a map, 0 for the current one.',
    });
    return 0;
  };
  const diffText = flagValue(invocation, 'diff');
  const range = diffText === undefined ? null : /^(\d{1,10})\.\.(\d{1,10})$/.exec(diffText);
  return {
    namespace: flagValue(invocation, 'namespace'),
    className: flagValue(invocation, 'class'),
    as: flagValue(invocation, 'as') === 'json' ? 'json' : 'mof',
    generation: number('generation', flagValue(invocation, 'generation') ?? '0'),
    isDeleted: isGiven(invocation, 'deleted'),
    carve: !isGiven(invocation, 'no-carve'),
    diff:
      diffText === undefined
        ? undefined
        : range === null
          ? { path: diffText }
          : { from: Number(range[1]), to: Number(range[2]) },
  };
}

function nothingThere(path: string): UsageProblem {
  return {
    code: 'TRIAD-E-ARG-NOTHING-FOUND',
    place: path,
    message: 'There is nothing at this path.',
    action: 'Name a folder or archive that holds the files of wbem\\Repository.',
  };
}

/** True when an output would replace a file of a repository that is read (L3). */
function isEvidence(output: string, found: FoundRepositories | undefined): boolean {
  if (output === '-' || found === undefined || !existsSync(resolve(output))) return false;
  const real = realpathSync(resolve(output));
  return found.repositories.some(({ realPaths }) => realPaths.includes(real));
}

function overwrites(output: string): UsageProblem {
  return {
    code: 'TRIAD-E-IO-EVIDENCE',
    place: `--output ${output}`,
    message: 'This file is part of the evidence, which is never overwritten; nothing was written.',
    action: 'Name another file, best outside the evidence.',
  };
}
