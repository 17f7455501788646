import { escapeTerminal } from '../terminal.ts';

/** SARIF 2.1.0 with errata 1, as far as Triad writes it (PRODUCT 7.9). */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export type SarifLevel = 'none' | 'note' | 'warning' | 'error';

export interface SarifMessage {
  readonly text: string;
}

export interface SarifArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
}

export type SarifRegion =
  | { readonly byteOffset: number; readonly byteLength?: number }
  | {
      /** From 1. */
      readonly startLine: number;
      /** From 1, UTF-16 units; the end is the first column behind the region. */
      readonly startColumn?: number;
      readonly endColumn?: number;
    };

export interface SarifLocation {
  readonly physicalLocation?: { readonly artifactLocation: SarifArtifactLocation; readonly region?: SarifRegion };
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string; readonly kind: string }[];
  readonly message?: SarifMessage;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Steps in order of time. */
export interface SarifCodeFlow {
  readonly threadFlows: readonly {
    readonly locations: readonly {
      readonly location: SarifLocation;
      /** The host. */
      readonly module: string;
      readonly executionOrder: number;
      readonly executionTimeUtc: string;
    }[];
  }[];
}

/** What a result may be of: an analytic, a rule, a kind of mistake. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: SarifMessage;
  readonly fullDescription?: SarifMessage;
  readonly help?: SarifMessage;
  readonly helpUri?: string;
  readonly defaultConfiguration?: { readonly level: SarifLevel };
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SarifResult {
  readonly ruleId: string;
  /** Position among the rules of the tool. */
  readonly ruleIndex: number;
  /** `fail` where it is left out; the level of another kind is `none`. */
  readonly kind?: 'informational';
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
  readonly codeFlows?: readonly SarifCodeFlow[];
  /** 0 to 100. */
  readonly rank?: number;
  /** Where it is accepted; the result stands all the same. */
  readonly suppressions?: readonly {
    readonly kind: 'external';
    readonly status: 'accepted';
    readonly justification: string;
  }[];
  readonly occurrenceCount?: number;
  readonly partialFingerprints?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Something of the run and not of what was looked for: damage, what could not be seen, a file that was not read. */
export interface SarifNotification {
  readonly level: SarifLevel;
  readonly descriptor: { readonly id: string };
  readonly message: SarifMessage;
  readonly locations?: readonly SarifLocation[];
}

export interface SarifRun {
  readonly tool: { readonly name: string; readonly version: string };
  readonly rules: readonly SarifRule[];
  /** What only this run knows stands here and on one line (L7). */
  readonly invocation: {
    readonly executionSuccessful: boolean;
    readonly exitCode: number;
    readonly startTimeUtc?: string;
    readonly endTimeUtc?: string;
  };
  readonly notifications: Iterable<SarifNotification>;
  /** What `uriBaseId` stands for, in words. */
  readonly base?: { readonly id: string; readonly text: string };
  readonly artifacts?: Iterable<Readonly<Record<string, unknown>>>;
  readonly results: Iterable<SarifResult>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One document with one run, an item of a list a line; results are taken one by one and never held together. */
export function* renderSarif(run: SarifRun): Generator<string> {
  const { tool, base } = run;
  yield `{"version":"2.1.0",\n"$schema":"${SCHEMA}",\n"runs":[{\n`;
  yield `"tool":{"driver":{"name":${JSON.stringify(tool.name)},"version":${JSON.stringify(tool.version)},\n`;
  yield* list('rules', run.rules);
  yield '}},\n"columnKind":"utf16CodeUnits",\n';
  if (base !== undefined) {
    yield `"originalUriBaseIds":${JSON.stringify({ [base.id]: { description: { text: base.text } } })},\n`;
  }
  if (run.artifacts !== undefined) {
    yield* list('artifacts', run.artifacts);
    yield ',\n';
  }
  yield* list('results', run.results);
  yield `,\n"invocations":[\n${JSON.stringify(run.invocation).slice(0, -1)},\n`;
  yield* list('toolExecutionNotifications', run.notifications);
  yield '}]';
  if (run.properties !== undefined) yield `,\n"properties":${JSON.stringify(run.properties)}`;
  yield '\n}]}\n';
}

function* list(name: string, items: Iterable<object>): Generator<string> {
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? `"${name}":[\n` : ',\n'}${JSON.stringify(item)}`;
    isFirst = false;
  }
  yield isFirst ? `"${name}":[]` : '\n]';
}

/**
 * A text as a message: what cannot be seen is written out, braces are doubled, for they would be placeholders, and nothing in it
 * is a link (SARIF 3.11.5 and 3.11.6): what evidence says must not lead a reader anywhere (L20).
 */
export function sarifMessage(text: string): SarifMessage {
  const shown = escapeTerminal(text).replaceAll('{', '{{').replaceAll('}', '}}');
  return { text: shown.replaceAll('](', '\\](') };
}
