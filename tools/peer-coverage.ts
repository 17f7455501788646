import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './markdown.ts';
import { ANSWERS } from './peer-coverage/answers.ts';
import { corePeerRows, isCopy, type PeerRow, WITHOUT_PEERS } from './peer-coverage/peer-rows.ts';
import { type Proofs, provenByEvents } from './peer-coverage/proofs.ts';

/**
 * Writes `docs/peer-coverage.md`: for each public rule of other tools about WMI what of ours detects the same, and how that is
 * known. Their rules are read where they lie and never become part of the checkout: only tool, id and title are named.
 */

const KINDS = [
  'its own event',
  'a real record',
  'an event of ours',
  'events made for it',
  'a case of ours',
  'documents',
  'none',
] as const;
type Kind = (typeof KINDS)[number];

interface Covered {
  readonly row: PeerRow;
  readonly ours: readonly string[];
  readonly kind: Kind;
  readonly where: string;
  readonly note: string;
}

function coveredBy(row: PeerRow, proofs: Proofs): Covered {
  const answer = ANSWERS.get(row.title.toLowerCase());
  if (answer === undefined) return { row, ours: [], kind: 'none', where: '', note: 'not looked at' };
  const { ours, note = '' } = answer;
  const [best] = proofs.get(row.id) ?? [];
  if (best !== undefined) {
    const shown = best.kind === 'its own event' ? '' : best.where;
    return { row, ours: best.by, kind: best.kind, where: shown, note };
  }
  const isRule = ours.some((one) => one.startsWith('tool-') === false && one.includes('-'));
  return { row, ours, kind: ours.length === 0 ? 'none' : isRule ? 'a case of ours' : 'documents', where: '', note };
}

function rowCells({ row, ours, kind, where, note }: Covered): readonly string[] {
  const how = where === '' ? kind : `${kind}: ${where}`;
  return [row.peer, row.id, row.title, ours.join(', '), kind === 'none' ? '' : how, note];
}

export async function peerCoveragePage(): Promise<string> {
  const rows = corePeerRows();
  const originals = rows.filter((row) => !isCopy(row));
  const copies = rows.filter(isCopy);
  const proofs = await provenByEvents(new Set(originals.map(({ id }) => id)));
  const covered = originals.map((row) => coveredBy(row, proofs));
  const counts = KINDS.map((kind) => [kind, String(covered.filter((one) => one.kind === kind).length)]);
  const byTitle = new Map(covered.map((one) => [one.row.title.toLowerCase(), one]));
  return `# What public rules of other tools detect, and what of ours does

Written by \`node tools/peer-coverage.ts\` from a table of public rules and a corpus that are not part of the checkout. It names
every rule of ten sources for which WMI is the point. Rules that only mention WMI are left out. "Detects" means a finding
or a dossier of low or more.

How it is known, in the column of that name:

- *its own event*: the rule's authors published an event that it fires on; ours fires on it.
- *a real record*: theirs and ours fire on the same record of a public capture, or ours cites it; it says on how many of the
  records on which theirs fires.
- *an event of ours*: theirs fires on an event of a case of our rule.
- *events made for it*: theirs fires on events that are made from its own condition, with what else a real event has; it says on how
  many of them ours fires. Looked at where none of the above shows both.
- *a case of ours*: our rule has a case of the behaviour; theirs was not run on it, as it is of another language.
- *documents*: an analytic that is code detects the behaviour by its description; no event shows both.

Where an event is the proof, the column "ours" has what fired on it. Otherwise it has what was written down by hand.

${table(['how', 'rules'], counts)}

${table(['tool', 'id', 'title', 'ours', 'how it is known', 'note'], covered.map(rowCells))}

## Copies

hayabusa-rules has ${copies.length} copies of rules of SigmaHQ, most of them twice: for Sysmon and for Security. What detects the original
detects the copy.

${table(
  ['id', 'title', 'ours'],
  copies.map((row) => [row.id, row.title, (byTitle.get(row.title.toLowerCase())?.ours ?? []).join(', ')]),
)}
`;
}

if (import.meta.main) {
  if (WITHOUT_PEERS !== false) {
    process.stderr.write(`${WITHOUT_PEERS}\n`);
    process.exitCode = 3;
  } else {
    writeFileSync(join(import.meta.dirname, '..', 'docs', 'peer-coverage.md'), await peerCoveragePage());
  }
}
