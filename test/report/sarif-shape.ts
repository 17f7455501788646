import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * What SARIF 2.1.0 (with errata 1) asks of the parts that Triad writes, and nothing but these parts: names, types, what has to
 * be there, and the numbers that are allowed (SARIF 3.13 to 3.51).
 */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const bag: Schema = { type: 'object', properties: { tags: { type: 'array', items: text, uniqueItems: true } } };
const level: Schema = { enum: ['none', 'note', 'warning', 'error'] };
const from = (least: number): Schema => ({ type: 'integer', minimum: least });

function object(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  const properties = { ...required, ...optional };
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false };
}

function listOf(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more };
}

const message = object({ text });
const uri: Schema = { type: 'string', pattern: "^[A-Za-z0-9\\-._~!$&'()*+,;=:@/%]+$" };
const artifactLocation = object({ uri }, { uriBaseId: text });
const region: Schema = {
  anyOf: [
    object({ byteOffset: from(0) }, { byteLength: from(1) }),
    object({ startLine: from(1) }, { startColumn: from(1), endColumn: from(1) }),
  ],
};
const location = object(
  {},
  {
    physicalLocation: object({ artifactLocation }, { region }),
    logicalLocations: listOf(object({ fullyQualifiedName: text, kind: text })),
    message,
    properties: bag,
  },
);
const time: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z$' };
const step = object({ location }, { module: text, executionOrder: from(1), executionTimeUtc: time });
const flow = object({ threadFlows: listOf(object({ locations: listOf(step, { minItems: 1 }) }), { minItems: 1 }) });
const rule = object(
  { id: text },
  {
    name: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    helpUri: { ...uri, pattern: '^https?://' },
    defaultConfiguration: object({ level }),
    properties: bag,
  },
);
const result = object(
  { message, ruleId: text, ruleIndex: from(0), level, locations: listOf(location) },
  {
    kind: { enum: ['informational'] },
    relatedLocations: listOf(location),
    codeFlows: listOf(flow),
    rank: { type: 'number', minimum: 0, maximum: 100 },
    occurrenceCount: from(1),
    partialFingerprints: { type: 'object', additionalProperties: text },
    properties: bag,
  },
);
const invocation = object(
  { executionSuccessful: { type: 'boolean' } },
  {
    exitCode: { type: 'integer' },
    startTimeUtc: time,
    endTimeUtc: time,
    toolExecutionNotifications: listOf(
      object({ message }, { level, descriptor: object({ id: text }), locations: listOf(location) }),
    ),
  },
);
const artifact = object(
  { location: artifactLocation },
  { length: from(0), hashes: object({ 'sha-256': { type: 'string', pattern: '^[0-9a-f]{64}$' } }), properties: bag },
);
const run = object(
  { tool: object({ driver: object({ name: text }, { version: text, rules: listOf(rule) }) }) },
  {
    columnKind: { const: 'utf16CodeUnits' },
    originalUriBaseIds: { type: 'object', additionalProperties: object({ description: message }) },
    artifacts: listOf(artifact, { uniqueItems: true }),
    results: listOf(result),
    invocations: listOf(invocation),
    properties: bag,
  },
);
const validate = new Ajv2020({ allErrors: true }).compile(
  object({ version: { const: '2.1.0' }, runs: listOf(run, { minItems: 1 }) }, { $schema: text }),
);

export interface SarifLocationRead {
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
  readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region?: object };
}

/** The parts of a document that tests look at. */
export interface SarifRead {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly rules: readonly { readonly id: string; readonly properties?: object }[] };
      };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind?: string;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly SarifLocationRead[];
        readonly relatedLocations?: readonly SarifLocationRead[];
        readonly codeFlows?: readonly {
          readonly threadFlows: readonly {
            readonly locations: readonly { readonly module: string; readonly executionTimeUtc: string }[];
          }[];
        }[];
        readonly rank?: number;
        readonly partialFingerprints?: Readonly<Record<string, string>>;
        readonly properties?: Readonly<Record<string, unknown>>;
      }[];
      readonly invocations: readonly { readonly toolExecutionNotifications: readonly object[] }[];
      readonly properties?: Readonly<Record<string, unknown>>;
    },
  ];
}

/** The first few ways in which a document is not SARIF, and results whose rule is not where they say. */
export function sarifProblems(document: string): readonly unknown[] {
  const value: unknown = JSON.parse(document);
  if (!validate(value)) return (validate.errors ?? []).slice(0, 4);
  return (value as SarifRead).runs.flatMap(({ tool, results }) =>
    results.filter(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id !== ruleId),
  );
}
