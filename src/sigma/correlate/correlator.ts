import type { Rules } from '../compile/compile-rules.ts';
import { CorrelationNode, type Found, type NodeCounts, type NodeLimits, type NodeState } from './correlation-node.ts';
import { type CorrelatedEvent, entriesOf, fieldsAsked, keepFields, type Matched } from './entry.ts';
import type { CorrelationFinding } from './finding.ts';
import { Watermark, type WatermarkState } from './watermark.ts';

export interface CorrelatorOptions extends Partial<NodeLimits> {
  /** How late an event may come (L8): none in batch after a sort, two minutes live. */
  readonly latenessMs?: number;
  /** Events come in order of time, whatever their source (batch): the newest one says how far all have come. */
  readonly isSorted?: boolean;
  /** After this time without an event a source no longer holds the others back. */
  readonly idleMs?: number;
}

/** Everything that a restart needs; JSON keeps it. */
export interface CorrelatorState {
  readonly version: 1;
  readonly watermark: WatermarkState;
  readonly nodes: readonly NodeState[];
  readonly untimed: number;
}

const DEFAULTS = {
  latenessMs: 0,
  idleMs: 300_000,
  maxGroups: 100_000,
  maxMembers: 10_000,
  maxPending: 1_000_000,
  isOverBeforeMs: Number.POSITIVE_INFINITY,
};

/**
 * Correlations over events that rules matched, by their own time. Within the lateness bound the order of events makes no
 * difference (L8); state is bounded, and what was given up is counted (L15).
 */
export class Correlator {
  readonly #nodes: readonly CorrelationNode[];
  readonly #watermark: Watermark;
  readonly #isSorted: boolean;
  readonly #asked: readonly string[];
  /** Positions of the rules that some correlation refers to. */
  readonly #members: ReadonlySet<number>;
  #reachedMs = Number.NEGATIVE_INFINITY;
  #untimed = 0;

  /** `state` is of the same rules. */
  constructor(rules: Rules, options: CorrelatorOptions = {}, state?: CorrelatorState) {
    const { latenessMs, idleMs, ...limits } = { ...DEFAULTS, ...options };
    this.#nodes = rules.correlations.map((one) => new CorrelationNode(one, limits));
    this.#watermark = new Watermark(latenessMs, idleMs);
    this.#isSorted = options.isSorted ?? false;
    this.#asked = fieldsAsked(rules.correlations);
    const members = rules.correlations.flatMap((one) => one.members);
    this.#members = new Set(members.flatMap(({ kind, index }) => (kind === 'rule' ? [index] : [])));
    if (state === undefined) return;
    this.#watermark.restore(state.watermark);
    this.#untimed = state.untimed;
    for (const [i, node] of state.nodes.entries()) this.#nodes[i]?.restore(node);
  }

  /** Takes an event and gives what became known by it. `nowMs` is the caller's clock; in batch it may stand still. */
  add(event: CorrelatedEvent, nowMs = 0): readonly CorrelationFinding[] {
    const { time, source, host, recordId, reference, hits } = event;
    if (time === undefined) {
      this.#untimed++;
      return [];
    }
    const own = hits.filter(({ rule }) => this.#members.has(rule.index));
    if (own.length > 0) {
      const stamp = { ms: time.ms, ticks: time.ticks, source, host, recordId, reference };
      const matched = own.map((hit): Matched => {
        return { kind: 'rule', index: hit.rule.index, fields: keepFields(this.#asked, hit) };
      });
      for (const node of this.#nodes) this.#offer(node, stamp, matched);
    }
    const reachedMs = this.#come(source, time.ms, nowMs);
    // Without a member, and while time stands, nothing can have changed.
    return own.length === 0 && reachedMs === this.#reachedMs ? [] : this.#advance(reachedMs);
  }

  /** A source came so far without an event for correlations: time passes for it too. */
  observe(source: string, timeMs: number, nowMs: number): readonly CorrelationFinding[] {
    return this.#advance(this.#come(source, timeMs, nowMs));
  }

  /** From here on windows that end before this time are over (`NodeLimits`). */
  isOverBefore(ms: number): void {
    for (const node of this.#nodes) node.isOverBefore(ms);
  }

  /** True where a window closed whose end may still decide something: it was closed for want of room. */
  get hasHeldBack(): boolean {
    return this.#nodes.some(({ heldBack }) => heldBack > 0);
  }

  #come(source: string, timeMs: number, nowMs: number): number {
    this.#watermark.observe(this.#isSorted ? '' : source, timeMs, nowMs);
    return this.#watermark.at(nowMs);
  }

  /** Nothing more comes: every window closes. */
  finish(): readonly CorrelationFinding[] {
    return this.#advance(Number.POSITIVE_INFINITY);
  }

  /** What was left out, given up or late, by correlation; and events without a time. */
  counts(): { readonly untimed: number; readonly correlations: readonly NodeCounts[] } {
    return { untimed: this.#untimed, correlations: this.#nodes.map(({ counts }) => ({ ...counts })) };
  }

  state(): CorrelatorState {
    return {
      version: 1,
      watermark: this.#watermark.state(),
      nodes: this.#nodes.map((node) => node.state()),
      untimed: this.#untimed,
    };
  }

  #offer(node: CorrelationNode, stamp: Parameters<typeof entriesOf>[1], matched: readonly Matched[]): void {
    const { entries, missing } = entriesOf(node.correlation, stamp, matched);
    node.counts.missingGroup += missing;
    for (const entry of entries) node.offer(entry);
  }

  /** Members come before what refers to them, so one pass lets time go through whole chains. */
  #advance(watermarkMs: number): readonly CorrelationFinding[] {
    const findings: CorrelationFinding[] = [];
    this.#reachedMs = watermarkMs;
    for (const node of this.#nodes) {
      let reachedMs = watermarkMs;
      for (const { kind, index } of node.correlation.members) {
        const inner = kind === 'correlation' ? this.#nodes[index] : undefined;
        if (inner !== undefined) reachedMs = Math.min(reachedMs, inner.outputWatermarkMs);
      }
      node.advance(reachedMs);
      for (const found of node.take()) {
        if (!node.correlation.isMuted) findings.push(found.finding);
        this.#passOn(node, found);
      }
    }
    return findings;
  }

  /** A finding is an event at the time of its last member, with that member's fields and its own group (SIGMA 5.1). */
  #passOn({ correlation }: CorrelationNode, { finding, member }: Found): void {
    if (member === undefined) return;
    const group = Object.fromEntries(finding.group.map(({ field, value }) => [field, value]));
    const matched: Matched = { kind: 'correlation', index: correlation.index, fields: { ...member.fields, ...group } };
    const { ms, ticks, source, host, recordId } = member;
    const stamp = { ms, ticks, source, host, recordId, reference: finding.key };
    for (const outer of this.#nodes.slice(correlation.index + 1)) this.#offer(outer, stamp, [matched]);
  }
}
