import type {
  ConditionSet,
  FieldCondition,
  Pipeline,
  PipelineStep,
  PipelineValue,
  RuleCondition,
} from './pipeline-types.ts';
import type { LogSource } from './route.ts';

/** A test of a rule: of one field, or of keywords where there is no field. */
export interface FieldItem {
  readonly field?: string | undefined;
}

/** What stands under an identifier of a rule. */
export type DetectionNode<Item extends FieldItem> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly DetectionNode<Item>[] };

/** The parts of a checked rule that a pipeline changes. */
export interface MappableRule<Item extends FieldItem, Condition> {
  readonly logsource: LogSource;
  readonly tags: readonly string[];
  readonly detections: ReadonlyMap<string, DetectionNode<Item>>;
  readonly conditions: readonly Condition[];
}

/** How parts of a rule are made: the pipeline knows neither modifiers nor the form of conditions. */
export interface RuleParts<Item extends FieldItem, Condition> {
  /** The item with another field. */
  withField(item: Item, field: string): Item;
  /** The item with names of other fields in its values (`fieldref`) mapped; the item itself where it has none. */
  withReferences?(item: Item, mapped: (field: string) => string): Item;
  /** An item without modifiers. */
  item(field: string, values: readonly PipelineValue[]): Item;
  /** `name and (condition)`, or `not name and (condition)`. */
  and(name: string, isNegated: boolean, condition: Condition): Condition;
}

export type Piped<Item extends FieldItem, Condition> =
  | { readonly rule: MappableRule<Item, Condition> }
  | { readonly refused: string };

/** The rule behind all pipelines, those of lower priority first; refused where nothing of an identifier is left. */
export function applyPipelines<Item extends FieldItem, Condition>(
  pipelines: readonly Pipeline[],
  rule: MappableRule<Item, Condition>,
  parts: RuleParts<Item, Condition>,
): Piped<Item, Condition> {
  const ordered = pipelines.map((pipeline, at) => ({ pipeline, at }));
  ordered.sort((a, b) => a.pipeline.priority - b.pipeline.priority || a.at - b.at);
  const run = new Run(rule, parts);
  for (const { pipeline } of ordered) {
    run.begin();
    for (const step of pipeline.steps) run.apply(step);
  }
  const emptied = run.emptied();
  if (emptied !== undefined) return { refused: `The pipeline drops every test of "${emptied}".` };
  return { rule: run.rule };
}

class Run<Item extends FieldItem, Condition> {
  rule: MappableRule<Item, Condition>;
  readonly #parts: RuleParts<Item, Condition>;
  /** Ids of steps that changed the rule, or whose conditions held. */
  readonly #applied = new Set<string>();
  #added = 0;

  constructor(rule: MappableRule<Item, Condition>, parts: RuleParts<Item, Condition>) {
    this.rule = rule;
    this.#parts = parts;
  }

  begin(): void {
    this.#applied.clear();
  }

  apply(step: PipelineStep): void {
    if (!holds(step.ruleConditions, (condition) => this.#holds(condition))) return;
    if (step.id !== undefined) this.#applied.add(step.id);
    const { change, fieldConditions } = step;
    const isMeant = (field: string | undefined): field is string =>
      field !== undefined && holds(fieldConditions, (condition) => holdsOfField(condition, field));
    switch (change.type) {
      case 'field_name_mapping':
        this.#mapFields((field) => (isMeant(field) ? change.mapping.get(field) : undefined));
        break;
      case 'field_name_prefix_mapping':
        this.#mapFields((field) => (isMeant(field) ? prefixed(change.mapping, field) : undefined));
        break;
      case 'field_name_prefix':
        this.#mapFields((field) => (isMeant(field) ? [change.prefix + field] : undefined));
        break;
      case 'drop_detection_item':
        this.#drop(isMeant);
        break;
      case 'change_logsource':
        this.rule = { ...this.rule, logsource: change.logsource };
        break;
      case 'add_condition':
        this.#add(change.conditions, change.isNegated);
        break;
    }
  }

  /** An identifier under which nothing is left to test. */
  emptied(): string | undefined {
    for (const [name, node] of this.rule.detections) if (isEmpty(node)) return name;
    return undefined;
  }

  #holds(condition: RuleCondition): boolean {
    const { rule } = this;
    switch (condition.type) {
      case 'logsource':
        return (['category', 'product', 'service'] as const).every((key) => {
          const wanted = condition.logsource[key];
          return wanted === undefined || rule.logsource[key] === wanted;
        });
      case 'contains_field':
        return [...rule.detections.values()].some((node) => hasField(node, condition.field));
      case 'tag':
        return rule.tags.includes(condition.tag);
      case 'processing_item_applied':
        return this.#applied.has(condition.item);
    }
  }

  #mapFields(mapped: (field: string | undefined) => readonly string[] | undefined): void {
    const one = (field: string): string => {
      const names = mapped(field);
      return names?.length === 1 ? (names[0] ?? field) : field;
    };
    this.#mapItems((item) => {
      const referring = this.#parts.withReferences?.(item, one) ?? item;
      const names = mapped(item.field);
      if (names === undefined) return { kind: 'item', item: referring };
      const nodes = names.map((name) => ({ kind: 'item', item: this.#parts.withField(referring, name) }) as const);
      const [only] = nodes;
      return nodes.length === 1 && only !== undefined ? only : { kind: 'any', nodes };
    });
  }

  #drop(isMeant: (field: string | undefined) => boolean): void {
    this.#mapItems((item) => (isMeant(item.field) ? undefined : { kind: 'item', item }));
  }

  #mapItems(change: (item: Item) => DetectionNode<Item> | undefined): void {
    const detections = new Map<string, DetectionNode<Item>>();
    for (const [name, node] of this.rule.detections) {
      detections.set(name, mapNode(node, change) ?? { kind: 'all', nodes: [] });
    }
    this.rule = { ...this.rule, detections };
  }

  #add(conditions: ReadonlyMap<string, readonly PipelineValue[]>, isNegated: boolean): void {
    const detections = new Map(this.rule.detections);
    // Names with an underscore in front are not of `them` and its patterns.
    let name = `_pipeline_${this.#added++}`;
    while (detections.has(name)) name = `_pipeline_${this.#added++}`;
    const nodes = [...conditions].map(
      ([field, values]) => ({ kind: 'item', item: this.#parts.item(field, values) }) as const,
    );
    detections.set(name, { kind: 'all', nodes });
    this.rule = {
      ...this.rule,
      detections,
      conditions: this.rule.conditions.map((condition) => this.#parts.and(name, isNegated, condition)),
    };
  }
}

function holds<Condition>(set: ConditionSet<Condition>, one: (condition: Condition) => boolean): boolean {
  if (set.conditions.length === 0) return true;
  const result = set.all ? set.conditions.every(one) : set.conditions.some(one);
  return result !== set.isNegated;
}

function holdsOfField(condition: FieldCondition, field: string): boolean {
  return condition.fields.has(field) === (condition.type === 'include_fields');
}

/** Names for a field by the longest prefix of it that is mapped. */
function prefixed(mapping: ReadonlyMap<string, readonly string[]>, field: string): readonly string[] | undefined {
  let longest: string | undefined;
  for (const prefix of mapping.keys()) {
    if (field.startsWith(prefix) && prefix.length > (longest?.length ?? -1)) longest = prefix;
  }
  if (longest === undefined) return undefined;
  const rest = field.slice(longest.length);
  return mapping.get(longest)?.map((prefix) => prefix + rest);
}

function hasField<Item extends FieldItem>(node: DetectionNode<Item>, field: string): boolean {
  return node.kind === 'item' ? node.item.field === field : node.nodes.some((one) => hasField(one, field));
}

function isEmpty<Item extends FieldItem>(node: DetectionNode<Item>): boolean {
  return node.kind !== 'item' && node.nodes.every(isEmpty);
}

/** The node with its items changed, groups that lost all of them left out. */
function mapNode<Item extends FieldItem>(
  node: DetectionNode<Item>,
  change: (item: Item) => DetectionNode<Item> | undefined,
): DetectionNode<Item> | undefined {
  if (node.kind === 'item') return change(node.item);
  const nodes = node.nodes.flatMap((one) => mapNode(one, change) ?? []);
  return nodes.length === 0 ? undefined : { kind: node.kind, nodes };
}
