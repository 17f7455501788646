import type { Node } from 'yaml';
import { type Members, NodeReader, parsedDocument, problemAt, TOO_DEEP } from './pipeline-nodes.ts';
import type {
  ConditionSet,
  FieldCondition,
  PipelineChange,
  PipelineProblem,
  PipelineReading,
  PipelineStep,
  PipelineValue,
  RuleCondition,
} from './pipeline-types.ts';
import type { LogSource } from './route.ts';

export const MAX_PIPELINE_BYTES: number = 1024 * 1024;
const MAX_PROBLEMS = 100;

const CHANGES = [
  'field_name_mapping',
  'field_name_prefix_mapping',
  'field_name_prefix',
  'drop_detection_item',
  'add_condition',
  'change_logsource',
] as const;
const RULE_CONDITIONS = ['logsource', 'contains_field', 'tag', 'processing_item_applied'] as const;
const FIELD_CONDITIONS = ['include_fields', 'exclude_fields'] as const;

/** Keys of a step whatever it does. */
const STEP_KEYS = [
  'id',
  'type',
  'rule_conditions',
  'rule_cond_op',
  'rule_cond_not',
  'field_name_conditions',
  'field_name_cond_op',
  'field_name_cond_not',
] as const;

/** Parts of a pipeline that mean nothing here when they are empty, and are refused when they are not. */
const EMPTY_ONLY = ['vars', 'allowed_backends', 'postprocessing', 'finalizers'] as const;

const ALWAYS: ConditionSet<never> = { all: true, isNegated: false, conditions: [] };

/**
 * Reads a pipeline of pySigma (SETTLED E10): mappings and prefixes of fields, dropped items, added conditions, changed log sources,
 * with conditions on rules and fields. Everything else is refused with its place; all that is wrong is told at once. The YAML
 * library is loaded here only, so that runs without a pipeline do not pay for it.
 */
export async function readPipeline(text: string): Promise<PipelineReading> {
  if (Buffer.byteLength(text) > MAX_PIPELINE_BYTES) {
    return problems([problemAt(1, 1, `The file is larger than ${MAX_PIPELINE_BYTES / 1024} KiB.`)]);
  }
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = parsedDocument(text, lines, yaml);
  if (document === undefined) return problems([TOO_DEEP]);
  const check = new PipelineCheck(lines, yaml);
  check.document(document);
  const read = check.problems.length === 0 ? check.pipeline(document.contents) : undefined;
  if (read !== undefined && check.problems.length === 0) return { kind: 'pipeline', pipeline: read };
  return problems(check.problems);
}

function problems(found: readonly PipelineProblem[]): PipelineReading {
  const sorted = [...found].sort((a, b) => a.line - b.line || a.column - b.column);
  return { kind: 'problems', problems: sorted.slice(0, MAX_PROBLEMS) };
}

class PipelineCheck extends NodeReader {
  readonly #ids = new Set<string>();

  pipeline(node: Node | null): { name: string; priority: number; steps: readonly PipelineStep[] } | undefined {
    const members = this.members(node, 'A pipeline');
    if (members === undefined) return undefined;
    this.allowKeys(node, members, ['name', 'priority', 'transformations', ...EMPTY_ONLY], 'A pipeline');
    for (const key of EMPTY_ONLY) {
      const value = members.get(key);
      if (value !== undefined && !this.isEmpty(value)) this.wrong(value, `"${key}" is not supported here.`);
    }
    const name = members.has('name') ? this.text(members.get('name'), 'name') : 'pipeline';
    const priority = members.has('priority') ? this.number(members.get('priority'), 'priority') : 0;
    const steps: PipelineStep[] = [];
    for (const item of this.list(this.needed(node, members, 'transformations', 'A pipeline'), 'transformations') ??
      []) {
      const step = this.#step(item);
      if (step !== undefined) steps.push(step);
    }
    return { name: name ?? 'pipeline', priority: priority ?? 0, steps };
  }

  #step(node: Node): PipelineStep | undefined {
    const members = this.members(node, 'A transformation');
    if (members === undefined) return undefined;
    const id = members.has('id') ? this.text(members.get('id'), 'id') : undefined;
    if (id !== undefined && this.#ids.has(id))
      this.wrong(members.get('id'), `Two transformations have the id "${id}".`);
    const change = this.#change(node, members);
    const ruleConditions = this.#conditions(members, 'rule', (item) => this.#ruleCondition(item));
    const fieldConditions = this.#conditions(members, 'field_name', (item) => this.#fieldCondition(item));
    if (id !== undefined) this.#ids.add(id);
    if (change === undefined) return undefined;
    if (
      fieldConditions.conditions.length > 0 &&
      (change.type === 'add_condition' || change.type === 'change_logsource')
    ) {
      return this.wrong(members.get('field_name_conditions'), `${change.type} is of the rule and not of a field.`);
    }
    return { ...(id === undefined ? {} : { id }), change, ruleConditions, fieldConditions };
  }

  #change(node: Node, members: Members): PipelineChange | undefined {
    const type = this.word(node, members.get('type'), CHANGES, 'transformation');
    if (type === undefined) return undefined;
    const allow = (...keys: readonly string[]): void => this.allowKeys(node, members, [...STEP_KEYS, ...keys], type);
    switch (type) {
      case 'field_name_mapping':
      case 'field_name_prefix_mapping': {
        allow('mapping');
        const mapping = this.#mapping(this.needed(node, members, 'mapping', type));
        return mapping === undefined ? undefined : { type, mapping };
      }
      case 'field_name_prefix': {
        allow('prefix');
        const prefix = this.text(this.needed(node, members, 'prefix', type), 'prefix');
        return prefix === undefined ? undefined : { type, prefix };
      }
      case 'drop_detection_item':
        allow();
        return { type };
      case 'change_logsource': {
        allow('category', 'product', 'service');
        return { type, logsource: this.#logsource(node, members, type) };
      }
      case 'add_condition': {
        allow('conditions', 'negated', 'template', 'name');
        const template = members.get('template');
        if (template !== undefined && this.boolean(template, 'template') === true) {
          this.wrong(template, 'Templates are not supported here.');
        }
        const isNegated = members.has('negated') ? this.boolean(members.get('negated'), 'negated') : false;
        const conditions = this.#values(this.needed(node, members, 'conditions', type));
        return conditions === undefined ? undefined : { type, conditions, isNegated: isNegated ?? false };
      }
    }
  }

  #conditions<Condition>(
    members: Members,
    kind: 'rule' | 'field_name',
    read: (node: Node) => Condition | undefined,
  ): ConditionSet<Condition> {
    const list = members.get(`${kind}_conditions`);
    if (list === undefined) return ALWAYS;
    const conditions = (this.list(list, `${kind}_conditions`) ?? []).flatMap((item) => read(item) ?? []);
    const op = members.get(`${kind}_cond_op`);
    const word = op === undefined ? 'and' : this.word(op, op, ['and', 'or'] as const, `${kind}_cond_op`);
    const not = members.get(`${kind}_cond_not`);
    return {
      all: word !== 'or',
      isNegated: not === undefined ? false : (this.boolean(not, `${kind}_cond_not`) ?? false),
      conditions,
    };
  }

  #ruleCondition(node: Node): RuleCondition | undefined {
    const members = this.members(node, 'A rule condition');
    const type = members && this.word(node, members.get('type'), RULE_CONDITIONS, 'rule condition');
    if (members === undefined || type === undefined) return undefined;
    const text = (key: string): string | undefined => {
      this.allowKeys(node, members, ['type', key], type);
      return this.text(this.needed(node, members, key, type), key);
    };
    switch (type) {
      case 'logsource':
        this.allowKeys(node, members, ['type', 'category', 'product', 'service'], type);
        return { type, logsource: this.#logsource(node, members, type) };
      case 'contains_field': {
        const field = text('field');
        return field === undefined ? undefined : { type, field };
      }
      case 'tag': {
        const tag = text('tag');
        return tag === undefined ? undefined : { type, tag };
      }
      case 'processing_item_applied': {
        const item = text('processing_item_id');
        if (item === undefined) return undefined;
        if (!this.#ids.has(item))
          return this.wrong(members.get('processing_item_id'), `No earlier item has the id "${item}".`);
        return { type, item };
      }
    }
  }

  #fieldCondition(node: Node): FieldCondition | undefined {
    const members = this.members(node, 'A field condition');
    const type = members && this.word(node, members.get('type'), FIELD_CONDITIONS, 'field condition');
    if (members === undefined || type === undefined) return undefined;
    // Patterns would have to run on every field of every rule by an engine of their own.
    this.allowKeys(node, members, ['type', 'fields'], type);
    const fields = this.list(this.needed(node, members, 'fields', type), 'fields') ?? [];
    return { type, fields: new Set(fields.flatMap((item) => this.text(item, 'fields') ?? [])) };
  }

  #logsource(node: Node, members: Members, what: string): LogSource {
    const parts = (['category', 'product', 'service'] as const).flatMap((key) => {
      const value = members.has(key) ? this.text(members.get(key), key) : undefined;
      return value === undefined ? [] : [[key, value.toLowerCase()] as const];
    });
    if (parts.length === 0) this.wrong(node, `${what} needs a category, product or service.`);
    return Object.fromEntries(parts);
  }

  /** `a: b` and `a: [b, c]`. */
  #mapping(node: Node | null | undefined): ReadonlyMap<string, readonly string[]> | undefined {
    if (node === undefined) return undefined;
    const members = this.members(node, '"mapping"');
    if (members === undefined) return undefined;
    const mapping = new Map<string, readonly string[]>();
    for (const [from, to] of members) {
      const targets = this.yaml.isSeq(to) ? (to.items as Node[]) : [to];
      const names = targets.flatMap((target) => this.text(target, from.slice(0, 64)) ?? []);
      if (targets.length === 0) this.wrong(to, `"${from.slice(0, 64)}" maps to nothing.`);
      mapping.set(from, names);
    }
    return mapping;
  }

  #values(node: Node | null | undefined): ReadonlyMap<string, readonly PipelineValue[]> | undefined {
    if (node === undefined) return undefined;
    const members = this.members(node, '"conditions"');
    if (members === undefined) return undefined;
    if (members.size === 0) return this.wrong(node, '"conditions" has no field.');
    const found = new Map<string, readonly PipelineValue[]>();
    for (const [field, value] of members) {
      const items = this.yaml.isSeq(value) ? (value.items as Node[]) : [value];
      found.set(
        field,
        items.flatMap((item) => {
          const scalar = item === null ? null : this.yaml.isScalar(item) ? item.value : undefined;
          if (
            scalar === null ||
            typeof scalar === 'string' ||
            typeof scalar === 'number' ||
            typeof scalar === 'boolean'
          )
            return [scalar];
          this.wrong(item, `A value of "${field.slice(0, 64)}" must be text, a number, true, false or null.`);
          return [];
        }),
      );
    }
    return found;
  }
}
