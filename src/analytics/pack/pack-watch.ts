import type { ProcessStart } from '../../entities/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import type { EventHit, HitFinder, ObjectMatcher } from '../../taxonomy/index.ts';
import type { Event, Pieces } from '../../windows/index.ts';
import { PROCESS_ANALYTICS } from '../catalogue/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { dossiersByRecord } from '../hit-groups.ts';
import { OpenBindings } from '../open-bindings.ts';
import type { Bench } from '../watch.ts';
import { activatedBy } from './activation.ts';
import { objectFindings } from './object-rules.ts';
import { packFinding } from './pack-finding.ts';
import { PackHits } from './pack-hits.ts';
import { type PackMark, packMarkOf } from './pack-mark.ts';
import { type PackUnit, packUnits, processId } from './pack-units.ts';
import { ToolMarks } from './tool-marks.ts';

/** Units of which findings are made in one piece: some ten milliseconds. */
const UNITS_A_PIECE = 512;

/** What the pack adds to a run. */
export interface PackFindings {
  readonly findings: readonly JudgedFinding[];
  /** Ids that were not raised since a finding of the catalogue tells the same, by the id of that (L14). */
  readonly absorbed: ReadonlyMap<string, readonly string[]>;
  readonly tools: ToolMarks;
}

/**
 * The rules of our own pack on every event, in order of time, and on dossiers: findings of ours, which bear the id of their analytic and join
 * others. What the catalogue tells of the same thing is not told twice.
 */
export class PackWatch {
  readonly #bindings: OpenBindings;
  readonly #objects: ObjectMatcher;
  readonly #bench: Bench;
  readonly #hits: PackHits;
  readonly #marks: ReadonlyMap<number, PackMark>;

  /** @throws where a rule has no `triad` key of the pack: such a rule is no rule of ours. */
  constructor(matcher: HitFinder, objects: ObjectMatcher, bench: Bench) {
    this.#bindings = new OpenBindings(matcher);
    this.#objects = objects;
    this.#bench = bench;
    this.#hits = new PackHits(bench.entities);
    this.#marks = new Map(
      matcher.rules.rules.map(({ index, metadata }) => {
        const mark = packMarkOf(metadata);
        if (mark === undefined) throw new Error(`${metadata.file}: a rule of the pack names its analytic and scope`);
        return [index, mark];
      }),
    );
  }

  get evicted(): Readonly<Record<string, number>> {
    return { packHits: this.#hits.evicted, packBindings: this.#bindings.evicted };
  }

  /** Takes the next event; it need not outlive the call. */
  accept(host: string, event: Event): void {
    this.#note(host, event, this.#bindings.match(host, event));
  }

  #note(host: string, event: Event, hits: readonly EventHit[]): void {
    for (const hit of hits) {
      const mark = this.#marks.get(hit.rule.index);
      if (mark !== undefined && !hit.rule.isMuted) this.#hits.note(host, event, hit, mark);
    }
  }

  /** Takes a settled start of a process. */
  started(start: ProcessStart): void {
    this.#hits.started(start);
  }

  *finishing(dossiers: readonly Dossier[], judged: readonly JudgedFinding[]): Pieces<PackFindings> {
    for (const { host, event, hits } of this.#bindings.settle(dossiers)) this.#note(host, event, hits);
    const dossierOf = dossiersByRecord(dossiers);
    const units = (yield* packUnits(this.#hits.finish(), dossierOf)).map((unit) => {
      const activated = unit.dossier === undefined ? activatedBy(unit, dossiers)?.id : undefined;
      return activated === undefined ? unit : { ...unit, dossier: activated };
    });
    const tools = new ToolMarks();
    for (const unit of units) {
      const { tool } = unit.head.mark;
      if (tool !== undefined) tools.add(unit, tool);
    }
    const byId = new Map(dossiers.map((dossier) => [dossier.id, dossier]));
    const told = new Told(judged);
    const absorbed = new Map<string, string[]>();
    const findings: JudgedFinding[] = [];
    for (const [at, unit] of units.entries()) {
      if (at % UNITS_A_PIECE === 0) yield;
      const teller = unit.head.mark.tool === undefined ? told.tellerOf(unit) : undefined;
      if (teller === undefined) findings.push(packFinding(unit, byId, this.#bench));
      else {
        const ids = [unit.id, ...unit.aliases].filter((id) => id !== teller);
        absorbed.set(teller, [...(absorbed.get(teller) ?? []), ...ids]);
      }
    }
    for (const one of objectFindings(this.#objects, this.#marks, dossiers, this.#bench)) findings.push(one);
    return { findings, absorbed, tools };
  }
}

/** Analytics of the catalogue about a process that WMI started: what one of them says of a process, a rule need not say again. */
const ABOUT_CHILDREN: readonly string[] = PROCESS_ANALYTICS.map(({ record }) => record.id);

/** What the catalogue found, by what it is about. */
class Told {
  readonly #byId = new Map<string, string>();
  readonly #bySubject = new Map<string, string>();

  constructor(judged: readonly JudgedFinding[]) {
    for (const { finding } of judged) {
      const { id, aliases, analytic, subscriptions, evidence } = finding;
      for (const one of [id, ...aliases]) this.#byId.set(one, id);
      for (const subscription of subscriptions) this.#note(`${analytic} subscription ${subscription}`, id);
      for (const { record } of evidence) if (record !== undefined) this.#note(`${analytic} record ${record}`, id);
    }
  }

  /** The finding that says the same: of this process, this subscription, or these records. */
  tellerOf({ head, groups, dossier, identities }: PackUnit): string | undefined {
    const { mark, host } = head;
    const analytics = ABOUT_CHILDREN.includes(mark.analytic) ? ABOUT_CHILDREN : [mark.analytic];
    const ids = identities.flatMap((identity) => analytics.map((analytic) => processId(analytic, host, identity)));
    const subjects = [
      ...(dossier === undefined ? [] : [`${mark.analytic} subscription ${dossier}`]),
      ...groups.flatMap(({ records }) => [...records].map((record) => `${mark.analytic} record ${record}`)),
    ];
    return (
      ids.map((id) => this.#byId.get(id)).find((id) => id !== undefined) ??
      subjects.map((subject) => this.#bySubject.get(subject)).find((id) => id !== undefined)
    );
  }

  #note(subject: string, id: string): void {
    if (!this.#bySubject.has(subject)) this.#bySubject.set(subject, id);
  }
}
