import type { SigmaDocument } from '../parse/document.ts';
import { type Problem, problemOf, type Report, type Trouble } from '../parse/problem.ts';
import type { SourceText } from '../parse/source.ts';
import { entryOf, type TreeNode } from '../parse/tree.ts';
import { type CorrelationBody, checkCorrelation } from './check-correlation.ts';
import { type CheckedDetection, checkDetection } from './check-detection.ts';
import { checkTargets, type FilterTargets, warnOfKeepsOnly } from './check-filter.ts';
import { type Logsource, readLogsource } from './logsource.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { checkReferences } from './references.ts';

interface CheckedBase {
  readonly metadata: Metadata;
  readonly source: SourceText;
  /** The document's content as one text: equal for equal rules in different files. */
  readonly content: string;
  readonly isCollected: boolean;
}

export interface CheckedRule extends CheckedBase {
  readonly kind: 'rule';
  readonly logsource: Logsource;
  readonly detection: CheckedDetection;
}

export interface CheckedFilter extends CheckedBase {
  readonly kind: 'filter';
  readonly logsource: Logsource;
  readonly targets: FilterTargets;
  readonly detection: CheckedDetection;
}

export interface CheckedCorrelation extends CheckedBase {
  readonly kind: 'correlation';
  readonly body: CorrelationBody;
}

export type Checked = CheckedRule | CheckedFilter | CheckedCorrelation;

export interface CheckOptions {
  /** Values of `taxonomy` that the fields of events are known for. */
  readonly taxonomies?: readonly string[];
}

export interface Checking {
  /** What has no error, in the order of the documents. */
  readonly checked: readonly Checked[];
  readonly problems: readonly Problem[];
}

/** Checks documents one by one, then what they say of each other. A document with an error is left out, and no other. */
export function checkDocuments(documents: readonly SigmaDocument[], options: CheckOptions = {}): Checking {
  const problems: Problem[] = [];
  const taxonomies = options.taxonomies ?? ['sigma'];
  const single = documents.flatMap((document) => {
    let isRight = !document.isBroken;
    const report: Report = (trouble: Trouble) => {
      const problem = problemOf(document.source, trouble, document.id);
      if (problem.severity === 'error') isRight = false;
      problems.push(problem);
    };
    const checked = checkDocument(document, taxonomies, report);
    return isRight && checked !== undefined ? [checked] : [];
  });
  const { checked, problems: others } = checkReferences(single);
  return { checked, problems: [...problems, ...others] };
}

function checkDocument(document: SigmaDocument, taxonomies: readonly string[], report: Report): Checked | undefined {
  const { source, root, kind, isCollected } = document;
  const metadata = readMetadata(source, root, taxonomies, report);
  const base = { metadata, source, content: contentOf(root), isCollected };
  if (kind === 'correlation') {
    const body = checkCorrelation(source, root, report);
    return body === undefined ? undefined : { kind, ...base, body };
  }
  const logsource = readLogsource(root, report);
  const detection =
    document.detection === undefined
      ? undefined
      : checkDetection(source, document.detection, kind === 'filter' ? 'filter' : 'detection', report);
  if (kind === 'rule') {
    warnOfTimeframe(document, report);
    return logsource === undefined || detection === undefined ? undefined : { kind, ...base, logsource, detection };
  }
  const targets = checkTargets(root, report);
  if (detection !== undefined) warnOfKeepsOnly(detection, report);
  if (logsource === undefined || detection === undefined || targets === undefined) return undefined;
  return { kind, ...base, logsource, targets, detection };
}

function warnOfTimeframe({ root }: SigmaDocument, report: Report): void {
  const detection = entryOf(root, 'detection')?.value;
  const entry = detection?.kind === 'map' ? entryOf(detection, 'timeframe') : undefined;
  if (entry === undefined) return;
  const message = '"timeframe" has no effect: aggregations are correlations now.';
  report({ code: 'S127', at: entry.keyAt, path: ['detection', 'timeframe'], message, hint: 'Take it out.' });
}

function contentOf(node: TreeNode): string {
  if (node.kind === 'scalar') return `${typeof node.value}:${JSON.stringify(String(node.value))}`;
  if (node.kind === 'list') return `[${node.items.map(contentOf).join(',')}]`;
  return `{${node.entries
    .map(({ key, value }) => `${JSON.stringify(key)}:${contentOf(value)}`)
    .sort()
    .join(',')}}`;
}
