import type { CheckedItem, CheckedSearch, Condition, Logsource, RuleChange, ScalarNode } from '../sigma/index.ts';
import { applyPipelines, type DetectionNode, type RuleParts } from './apply-pipeline.ts';
import type { Pipeline, PipelineValue } from './pipeline-types.ts';
import type { LogSource } from './route.ts';

/** What pipelines make of a checked rule before it is compiled; of a filter with the log source of the rule that it joins. */
export function pipelineChange(pipelines: readonly Pipeline[]): RuleChange {
  return ({ logsource, tags, detection }) => {
    const detections = new Map([...detection.searches].map(([name, search]) => [name, nodeOf(search)]));
    const piped = applyPipelines(pipelines, { logsource, tags, detections, conditions: detection.conditions }, PARTS);
    if ('refused' in piped) return piped;
    const { rule } = piped;
    const searches = new Map([...rule.detections].map(([name, node]) => [name, searchOf(node)]));
    return { logsource: plainLogsource(rule.logsource), detection: { searches, conditions: rule.conditions } };
  };
}

/** An item as pipelines see it. */
interface PipedItem {
  readonly field: string | undefined;
  readonly item: CheckedItem;
}

/** What a pipeline adds stands nowhere in the rule: its first character stands for it. */
const ADDED = { start: 0, end: 1 };

const PARTS: RuleParts<PipedItem, Condition> = {
  withField: ({ item }, field) => ({ field, item: { ...item, key: { ...item.key, field } } }),
  withReferences: (piped, mapped) => {
    const { field, item } = piped;
    if (item.modifiers.operation.kind !== 'fieldref') return piped;
    const values = item.values.map((one) => ({ ...one, value: mapped(String(one.value)) }));
    return { field, item: { ...item, values } };
  },
  item: (field, values) => ({ field, item: addedItem(field, values) }),
  and: (name, isNegated, condition) => {
    const added = { kind: 'identifier', name, at: ADDED } as const;
    const first = isNegated ? ({ kind: 'not', of: added, at: ADDED } as const) : added;
    return {
      ...condition,
      text: `${isNegated ? 'not ' : ''}${name} and (${condition.text})`,
      root: { kind: 'and', of: [first, condition.root], at: ADDED },
    };
  },
};

/** What a pipeline adds, as if the rule had it without modifiers. */
function addedItem(field: string, values: readonly PipelineValue[]): CheckedItem {
  const operation = {
    kind: 'text',
    anchor: 'equals',
    isCased: false,
    isDashed: false,
    wide: undefined,
    base64: undefined,
  } as const;
  return {
    key: { text: field, at: ADDED, field, modifiers: [] },
    values: values.map(scalarOf),
    isList: values.length > 1,
    path: [],
    modifiers: { operation, isAll: false, isNegated: false, isExpanded: false },
  };
}

function scalarOf(value: PipelineValue): ScalarNode {
  // Rules have their whole numbers exact.
  const exact = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  return {
    kind: 'scalar',
    at: ADDED,
    value: exact,
    text: String(value),
    style: typeof value === 'string' ? 'double' : 'plain',
  };
}

function nodeOf(search: CheckedSearch): DetectionNode<PipedItem> {
  if (search.kind === 'any' || search.kind === 'each')
    return { kind: groupOf(search.kind), nodes: search.of.map(nodeOf) };
  return { kind: 'all', nodes: search.of.map((item) => ({ kind: 'item', item: { field: item.key.field, item } })) };
}

function groupOf(kind: 'any' | 'each'): 'any' | 'all' {
  return kind === 'any' ? 'any' : 'all';
}

function searchOf(node: DetectionNode<PipedItem>): CheckedSearch {
  if (node.kind === 'item') return { kind: 'all', of: [node.item.item] };
  const items = node.nodes.flatMap((one) => (one.kind === 'item' ? [one.item.item] : []));
  if (node.kind === 'all' && items.length === node.nodes.length) return { kind: 'all', of: items };
  const of = node.nodes.map(searchOf);
  return { kind: node.kind === 'any' && !isOneNegation(items, node.nodes.length) ? 'any' : 'each', of };
}

/** One negated item under several names: that none of them has the value is what it says. */
function isOneNegation(items: readonly CheckedItem[], nodes: number): boolean {
  const [first] = items;
  return (
    items.length === nodes && first?.modifiers.isNegated === true && items.every(({ path }) => path === first.path)
  );
}

function plainLogsource({ category, product, service, others }: LogSource): Logsource {
  return {
    ...(category === undefined ? {} : { category }),
    ...(product === undefined ? {} : { product }),
    ...(service === undefined ? {} : { service }),
    ...(others === undefined ? {} : { others }),
  };
}
