import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { readAllLabels } from '../../../tools/score/labels.ts';
import { tryHunt } from '../../hunt/hunted.ts';
import { CORPUS, folderWith } from '../../hunt/run-triad.ts';
import { compareTo, inOrder, toldBy } from './sent-captures.ts';
import type { Protocol } from './ways.ts';

/** What the files of the corpus came to as they lie. */
export interface FilesReport {
  readonly notes: readonly string[];
  readonly wrong: readonly string[];
}

/** Chunks of its logs were overwritten one by one: what is missing between them (T03) stands in the log itself, of which a server reads the records. */
const OF_CHUNKS = 'shapes/evtx_edge_cases.zip';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';

/** Sends each labelled file as it is: in a watched folder, and where it is lines of Zeek, by the protocols that take lines. */
export async function compareFiles(context: TestContext): Promise<FilesReport> {
  const notes: string[] = [];
  const wrong: string[] = [];
  let compared = 0;
  for (const { path, shape } of readAllLabels(join(CORPUS, '..')) ?? []) {
    const bytes = readFileSync(join(CORPUS, path));
    const folder = folderWith(context, [[basename(path), bytes]]);
    const outcome = await tryHunt(folder);
    if (shape === 'repository' || path === OF_CHUNKS || outcome.kind !== 'done') {
      const what = shape === 'repository' ? 'repositories' : path === OF_CHUNKS ? 'gaps between chunks' : undefined;
      notes.push(`${path}: left out (${what === undefined ? outcome.kind : `a server takes no ${what}`})`);
      continue;
    }
    const expected = toldBy(outcome.result);
    for (const protocol of protocolsOf(path)) {
      const batches = protocol === 'folder' ? [] : inOrder(bytes.toString().trimEnd().split('\n'));
      const delivery = { name: basename(path), file: bytes, batches };
      const { differs } = await compareTo(context, protocol, [delivery], expected, { yaml: HELD });
      compared++;
      if (differs !== undefined) wrong.push(`${path} by ${protocol}: ${differs}`);
    }
  }
  notes.push(`${compared} comparisons of files as they lie`);
  return { notes, wrong };
}

function protocolsOf(path: string): readonly Protocol[] {
  return path.endsWith('.json.log') ? ['folder', 'ndjson', 'bulk'] : ['folder'];
}
