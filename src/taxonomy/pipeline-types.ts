import type { LogSource } from './route.ts';

/** Something wrong with a pipeline: lines and columns from 1. */
export interface PipelineProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A pipeline of pySigma as far as it is read here (SETTLED E10). */
export interface Pipeline {
  readonly name: string;
  /** Lower ones are applied first. */
  readonly priority: number;
  readonly steps: readonly PipelineStep[];
}

export type PipelineReading =
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  | { readonly kind: 'problems'; readonly problems: readonly PipelineProblem[] };

export interface PipelineStep {
  readonly id?: string;
  readonly change: PipelineChange;
  readonly ruleConditions: ConditionSet<RuleCondition>;
  readonly fieldConditions: ConditionSet<FieldCondition>;
}

/** Conditions of a step; none always hold. */
export interface ConditionSet<Condition> {
  readonly all: boolean;
  readonly isNegated: boolean;
  readonly conditions: readonly Condition[];
}

export type PipelineValue = string | number | boolean | null;

export type PipelineChange =
  | { readonly type: 'field_name_mapping'; readonly mapping: ReadonlyMap<string, readonly string[]> }
  | { readonly type: 'field_name_prefix_mapping'; readonly mapping: ReadonlyMap<string, readonly string[]> }
  | { readonly type: 'field_name_prefix'; readonly prefix: string }
  | { readonly type: 'drop_detection_item' }
  | { readonly type: 'change_logsource'; readonly logsource: LogSource }
  | {
      readonly type: 'add_condition';
      readonly conditions: ReadonlyMap<string, readonly PipelineValue[]>;
      readonly isNegated: boolean;
    };

export type RuleCondition =
  | { readonly type: 'logsource'; readonly logsource: LogSource }
  | { readonly type: 'contains_field'; readonly field: string }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'processing_item_applied'; readonly item: string };

export interface FieldCondition {
  readonly type: 'include_fields' | 'exclude_fields';
  readonly fields: ReadonlySet<string>;
}
