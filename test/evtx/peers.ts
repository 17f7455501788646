import { spawnSync } from 'node:child_process';

/** An independent parser. */
export interface Peer {
  readonly name: string;
  /** Which id of a record it is asked by. */
  readonly key: 'recordId' | 'headerRecordId';
  /** XML by id, of these ids, within so many milliseconds; what it prints as failure stands in `problem`. */
  read(path: string, ids: readonly number[], milliseconds: number): PeerAnswer;
}

export interface PeerAnswer {
  readonly xml: ReadonlyMap<number, string>;
  readonly problem?: string;
}

function isInstalled(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** `evtxexport` of Debian's libevtx-utils, which writes the whole file as XML; undefined when it is not installed. */
export function evtxexport(): Peer | undefined {
  if (!isInstalled('evtxexport', ['-V'])) return undefined;
  return {
    name: 'evtxexport',
    key: 'recordId',
    read(path, ids, milliseconds) {
      const options = { timeout: milliseconds, maxBuffer: 1 << 30, encoding: 'utf8' as const };
      const { stdout, stderr, signal } = spawnSync('evtxexport', ['-f', 'xml', path], options);
      const wanted = new Set(ids);
      const xml = new Map<number, string>();
      for (const [event] of stdout.matchAll(/<Event[ >][\s\S]*?\n<\/Event>/g)) {
        const id = Number(/<EventRecordID>(\d+)</.exec(event)?.[1]);
        if (wanted.has(id)) xml.set(id, event);
      }
      const problem = signal === null ? stderr.trim() : `stopped after ${milliseconds} ms`;
      return problem === '' ? { xml } : { xml, problem };
    },
  };
}

const PYTHON = `
import json, signal, sys
from Evtx.Evtx import Evtx
signal.alarm(int(sys.argv[2]))
wanted = set(json.loads(sys.stdin.read()))
with Evtx(sys.argv[1]) as log:
    for chunk in log.chunks():
        for record in chunk.records():
            number = record.record_num()
            if number not in wanted:
                continue
            try:
                print(json.dumps({"id": number, "xml": record.xml()}), flush=True)
            except Exception as error:
                print(json.dumps({"problem": repr(error)[:200]}), flush=True)
`;

/** `python3-evtx`, pure Python: some 240 records a second, and no bound on loops. */
export function pythonEvtx(): Peer | undefined {
  // Debian's package belongs to the system's Python, which need not be the first on the PATH.
  const python = ['python3', '/usr/bin/python3'].find((command) => isInstalled(command, ['-c', 'import Evtx.Evtx']));
  if (python === undefined) return undefined;
  return {
    name: 'python3-evtx',
    key: 'headerRecordId',
    read(path, ids, milliseconds) {
      const { stdout, stderr, signal } = spawnSync(
        python,
        ['-c', PYTHON, path, String(Math.ceil(milliseconds / 1000))],
        {
          timeout: milliseconds + 2000,
          maxBuffer: 1 << 28,
          encoding: 'utf8',
          input: JSON.stringify(ids),
        },
      );
      const xml = new Map<number, string>();
      const problems: string[] = [];
      for (const line of stdout.split('\n')) {
        if (line === '' || !line.endsWith('}')) continue;
        const item = JSON.parse(line) as { readonly id?: number; readonly xml?: string; readonly problem?: string };
        if (item.id !== undefined && item.xml !== undefined) xml.set(item.id, item.xml);
        else if (item.problem !== undefined) problems.push(item.problem);
      }
      if (signal !== null) problems.push(`stopped after ${milliseconds} ms`);
      else if (stderr.trim() !== '') problems.push(stderr.trim().split('\n').at(-1) ?? '');
      return problems.length === 0 ? { xml } : { xml, problem: [...new Set(problems)].join('; ') };
    },
  };
}
