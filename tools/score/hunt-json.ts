/** The part of `triad hunt --format json` that is compared with labels. */

export const RANK: readonly string[] = ['-', 'informational', 'low', 'medium', 'high', 'critical'];

export function isAbove(level: string, bar: string): boolean {
  return RANK.indexOf(level) > RANK.indexOf(bar);
}

export interface CitedRecord {
  readonly file: string;
  readonly channel: string;
  readonly eventId?: number;
  readonly recordId?: number | string;
  readonly headerRecordId?: number | string;
  readonly line?: number;
  readonly time?: string;
  /** Id of the record: copies of one have the same. */
  readonly record?: string;
}

interface Process {
  readonly image?: string;
  readonly commandLine?: string;
  readonly pid?: number;
  readonly user?: string;
}

export interface FoundSubscription {
  readonly id: string;
  readonly host: string;
  readonly namespace: string;
  readonly filter: { readonly name: string | null; readonly query?: string; readonly eventNamespace?: string };
  readonly consumer: { readonly class: string | null; readonly name: string | null; readonly payload?: string };
  readonly creator: { readonly sid?: string; readonly account?: string };
  readonly origin?: { readonly kind: string };
  readonly verdict: { readonly level: string; readonly score: number };
}

export interface FoundFinding {
  readonly id: string;
  readonly analytic: string;
  /** Of a finding that a rule makes; such a one may lack an analytic. */
  readonly rule?: { readonly id?: string; readonly path: string };
  readonly level: string;
  readonly score: number;
  readonly scope: string;
  readonly title: string;
  readonly host: string;
  readonly accounts?: readonly string[];
  readonly subscriptions?: readonly string[];
  readonly process?: Process;
}

export interface FoundEdge {
  readonly id: string;
  readonly source: {
    readonly host?: string;
    readonly address?: string;
    readonly claimedName?: string;
    readonly process?: Process;
  };
  readonly target: { readonly host: string; readonly address?: string };
  readonly account?: string;
  readonly method: string;
  readonly time: string;
  readonly process?: Process;
  readonly strength?: string;
  readonly confidence?: number;
  readonly tells?: readonly string[];
  readonly links?: readonly string[];
  readonly evidence?: readonly CitedRecord[];
}

export interface FoundLink {
  readonly id: string;
  readonly claim: string;
  readonly joins: readonly { readonly join: string; readonly evidence: readonly CitedRecord[] }[];
}

export interface FoundIncident {
  readonly id: string;
  readonly level: string;
  readonly title: string;
  readonly subscriptions: readonly string[];
  readonly findings: readonly string[];
  readonly edges: readonly FoundEdge[];
  readonly links: readonly FoundLink[];
}

export interface HuntJson {
  readonly run?: { readonly start?: string; readonly end?: string; readonly peakRss?: number };
  readonly summary: { readonly records: Readonly<Record<string, number>> };
  readonly subscriptions: readonly FoundSubscription[];
  readonly findings: readonly FoundFinding[];
  readonly incidents: readonly FoundIncident[];
}

/** What stands for a hunt that failed: everything labelled is missed, and the other files are scored all the same. */
export const NOTHING: HuntJson = { summary: { records: {} }, subscriptions: [], findings: [], incidents: [] };

/** Level of scope wmi that an incident counts with: the highest of its dossiers and its findings of that scope (L12). */
export function wmiLevelOf(incident: FoundIncident, result: HuntJson): string {
  const dossiers = new Set(incident.subscriptions);
  const findings = new Set(incident.findings);
  return highest([
    ...result.subscriptions.filter(({ id }) => dossiers.has(id)).map(({ verdict }) => verdict.level),
    ...result.findings.filter(({ id, scope }) => scope === 'wmi' && findings.has(id)).map(({ level }) => level),
  ]);
}

export function highest(levels: readonly string[]): string {
  return levels.reduce((best, level) => (isAbove(level, best) ? level : best), '-');
}

export function isEvidence(value: unknown): value is CitedRecord {
  return typeof value === 'object' && value !== null && 'file' in value && 'channel' in value;
}

/** Every record that a part of the result cites, at any depth. */
export function recordsIn(part: unknown): readonly CitedRecord[] {
  if (isEvidence(part)) return [part];
  if (Array.isArray(part)) return part.flatMap(recordsIn);
  if (typeof part === 'object' && part !== null) return Object.values(part).flatMap(recordsIn);
  return [];
}

/** Every record that an incident rests on: its own, and those of its dossiers and findings. */
export function recordsOf(incident: FoundIncident, result: HuntJson): readonly CitedRecord[] {
  const ids = new Set([...incident.subscriptions, ...incident.findings]);
  const members = [...result.subscriptions, ...result.findings].filter(({ id }) => ids.has(id));
  return [...recordsIn(incident), ...recordsIn(members)];
}
