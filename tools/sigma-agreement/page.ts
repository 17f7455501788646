import { table } from '../markdown.ts';
import type { Agreement, CauseOutcome, TableOutcome } from './compare.ts';
import type { EvidenceCounts } from './evidence.ts';

/** A rule that Triad does not try, with its reason and whether the other side refuses it too. */
export interface Refused {
  readonly file: string;
  readonly reason: string;
  readonly theirs: string | undefined;
}

/** What the page tells of one run. */
export interface AgreementFigures {
  /** Names and versions of what was asked. */
  readonly peer: readonly string[];
  readonly evidence: EvidenceCounts;
  readonly agreement: Agreement;
  readonly refused: readonly Refused[];
}

function tableRow({ id, rules, realRows, madeRows, both, onlyOurs, onlyTheirs }: TableOutcome): readonly string[] {
  return [id, ...[rules, realRows, madeRows, both, onlyOurs, onlyTheirs].map(String)];
}

function causeSection({ cause, rules, onlyOurs, onlyTheirs, example }: CauseOutcome): string {
  const [name, right, why] =
    cause === undefined
      ? ['Not looked into', 'nobody knows yet', 'A difference that no known cause explains.']
      : [cause.name, cause.right, cause.why];
  return `### ${name[0]?.toUpperCase()}${name.slice(1)}

Right: ${right}. ${why}

${rules.length} rules; ${onlyOurs} rows that only Triad finds, ${onlyTheirs} that only pySigma finds. For example \`${example.replaceAll('`', "'")}\`.

${rules.map((file) => `- ${file}`).join('\n')}`;
}

function refusals(refused: readonly Refused[], byPeer: Agreement['refusedByPeer']): string {
  const ours = refused.map(({ file, reason, theirs }) => [file, reason, theirs ?? 'takes it']);
  const others =
    byPeer.length === 0
      ? 'Of the rules that Triad tries, pySigma refuses none.'
      : `Of the rules that Triad tries, pySigma refuses ${byPeer.length}:\n\n${table(['rule', 'pySigma says'], byPeer)}`;
  if (ours.length === 0) return `Triad refuses none of the rules for Windows and Zeek. ${others}`;
  return `Triad refuses ${ours.length} rules for Windows and Zeek:\n\n${table(['rule', 'Triad says', 'pySigma says'], ours)}\n\n${others}`;
}

/** The page `docs/sigma-agreement.md`. */
export function agreementPage({ peer, evidence, agreement, refused }: AgreementFigures): string {
  const { tables, causes, agreeing, silent, differing, refusedByPeer } = agreement;
  const compared = agreeing.length + silent.length + differing.length;
  const sum = (of: (one: TableOutcome) => number): number => tables.reduce((total, one) => total + of(one), 0);
  return `# Rules of SigmaHQ in Triad and in pySigma

Written by \`npm run -s agree:sigma\` from SigmaHQ's rules and from captures that are not part of the checkout. Each rule for Windows and
Zeek is tried by Triad, and as a query of SQLite by ${peer.join(', ')}. Compared is which rows each rule finds.

What is compared is the matching, not the log sources: both sides see one and the same table for each log source, in which Triad's own
names of fields (sigma-fields.md) are the columns. A record whose field has several values is as many rows, since a column has one. Columns
are texts that compare by NOCASE, which the back end leaves to whoever makes the table; REGEXP, which it leaves too, runs in RE2,
by which pySigma checks expressions. Of records that are alike in everything that rules ask, one is a row; of each kind of event at
most 1,500.

The rows are ${evidence.regressions} records of SigmaHQ's regression cases, ${evidence.cases} events of the cases of Triad's own rules, what differs among ${evidence.captures}
records of real captures, and rows that are made for each rule from its own condition: such as fulfil it, such as its filters take
out, and near misses of both.

${table(
  ['', 'rules'],
  [
    ['compared', String(compared)],
    ['the same rows, at least one', String(agreeing.length)],
    ['the same: none', String(silent.length)],
    ['not the same', String(differing.length)],
    ['refused by pySigma alone', String(refusedByPeer.length)],
    ['refused by Triad', String(refused.length)],
  ],
)}

Both sides find ${sum(({ both }) => both)} pairs of rule and row; Triad alone ${sum(({ onlyOurs }) => onlyOurs)}, pySigma alone ${sum(({ onlyTheirs }) => onlyTheirs)}, among ${sum(({ realRows }) => realRows)} rows of records and ${sum(({ madeRows }) => madeRows)} made ones. Of records alone both find
${sum(({ bothOfRecords }) => bothOfRecords)}, and one side without the other ${sum(({ aloneOfRecords }) => aloneOfRecords)}.

## Differences

${causes.length === 0 ? 'None.' : causes.map(causeSection).join('\n\n')}

## Rules that no row fulfils

${silent.length === 0 ? 'None.' : `Both sides say no to every row. What such a rule asks for may contradict itself, or is more than the maker of rows can read:\n\n${silent.map((file) => `- ${file}`).join('\n')}`}

## Refused

${refusals(refused, refusedByPeer)}

## By log source

${table(['log source', 'rules', 'rows of records', 'made rows', 'found by both', 'by Triad alone', 'by pySigma alone'], tables.map(tableRow))}
`;
}
