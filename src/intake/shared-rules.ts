import {
  type CompiledRule,
  type Ir,
  type Metadata,
  mapAtoms,
  type Rules,
  readStoredRules,
  storeRules,
} from '../sigma/index.ts';
import { LOG_SOURCES } from '../taxonomy/index.ts';
import { matcherOf, type RuleSet } from './rule-set.ts';

/** What threads need to say which records rules match: compiled once, in memory that all of them read. */
export interface SharedRules {
  readonly shared: Uint8Array;
}

const UNTOLD: Metadata = {
  title: '',
  id: undefined,
  name: undefined,
  status: undefined,
  level: undefined,
  description: undefined,
  author: undefined,
  license: undefined,
  date: undefined,
  modified: undefined,
  taxonomy: '',
  tags: [],
  references: [],
  falsepositives: [],
  fields: [],
  scope: [],
  related: [],
  custom: {},
  file: '',
  line: 0,
};
const NOWHERE = { identifier: '', key: '', wanted: '', line: 0, column: 0 };

/** Compiles the rules and puts what matching needs of them into shared memory; credits and places stay behind. */
export function sharedRules(set: RuleSet): SharedRules {
  const rules = matcherOf(set).matcher.rules.rules.flatMap((rule) => (rule.routes.length === 0 ? [] : [bare(rule)]));
  const stored = storeRules({ rules: { rules, correlations: [] }, problems: [] }, LOG_SOURCES);
  const bytes = Buffer.from(JSON.stringify(stored));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return { shared };
}

/** The rules of `sharedRules`; conditions of a route are read when its first event comes. */
export function readSharedRules({ shared }: SharedRules): Rules {
  // Text is decoded from memory that nobody else can change.
  const reading = readStoredRules(JSON.parse(Buffer.from(shared).toString()), LOG_SOURCES, true);
  if (reading.kind === 'trouble') throw new Error(reading.message);
  return reading.compiling.rules;
}

function bare(rule: CompiledRule): CompiledRule {
  const nameless = (ir: Ir): Ir => mapAtoms(ir, (atom) => ({ ...atom, origin: NOWHERE }));
  return {
    ...rule,
    metadata: UNTOLD,
    conditions: [],
    routes: rule.routes.map(({ route, eventIds, conditions }) => {
      return { route, eventIds, conditions: conditions.map(nameless), blindFilters: [] };
    }),
  };
}
