import type { Source } from '../windows/index.ts';
import type { Chunk } from './chunk.ts';
import { fitsTypes } from './content.ts';
import { MAX_VARIANTS } from './format.ts';
import type { Instance } from './instance.ts';
import { Plan } from './plan.ts';
import type { PlanSource } from './plans.ts';
import { SYS_COMPUTER } from './system.ts';
import type { PortableTemplate } from './types.ts';

interface Candidate {
  readonly tokens: Int32Array;
  readonly files: Set<string>;
  readonly hosts: Set<string>;
  plan: Plan | undefined;
}

/** A file's identity as a key. */
export function sourceKey(source: Source): string {
  return JSON.stringify([source.file, ...(source.container ?? [])]);
}

/**
 * Plans of templates from other chunks and files, for records that have lost their own (EVTX 7.3 rule 4): the file's own
 * first, then the host's, then any. Where several fit and differ, none is taken.
 */
export class ForeignPlans implements PlanSource {
  problem = '';
  readonly hasOtherId = false;
  readonly directEnd = 0;
  private readonly byId = new Map<number, Candidate[]>();
  /** Ids with too many different templates to tell which is meant. */
  private readonly crowded = new Set<number>();
  private file = '';
  private host: string | undefined;

  constructor(templates: readonly PortableTemplate[], hostOf: (source: Source) => string | undefined) {
    for (const template of templates) {
      const id = (template.tokens[0] ?? 0) >>> 0;
      if (this.crowded.has(id)) continue;
      let candidates = this.byId.get(id);
      if (candidates === undefined) {
        candidates = [];
        this.byId.set(id, candidates);
      }
      let candidate = candidates.find((known) => isEqual(known.tokens, template.tokens));
      if (candidate === undefined) {
        if (candidates.length === MAX_VARIANTS) {
          this.crowded.add(id);
          this.byId.delete(id);
          continue;
        }
        candidate = { tokens: template.tokens, files: new Set(), hosts: new Set(), plan: undefined };
        candidates.push(candidate);
      }
      candidate.files.add(sourceKey(template.source));
      const host = hostOf(template.source);
      if (host !== undefined) candidate.hosts.add(host.toLowerCase());
    }
  }

  /** Sets whose record is decoded next. */
  beginRecord(source: Source, host: string | undefined): void {
    this.file = sourceKey(source);
    this.host = host?.toLowerCase();
  }

  at(_chunk: Chunk, _offset: number, templateId: number, instance: Instance): Plan | undefined {
    const fitting = (this.byId.get(templateId) ?? []).filter((candidate) => this.fits(candidate, instance));
    const { host } = this;
    const own = fitting.filter((candidate) => candidate.files.has(this.file));
    const near = own.length > 0 ? own : fitting.filter((candidate) => host !== undefined && candidate.hosts.has(host));
    const chosen = near.length > 0 ? near : fitting;
    if (chosen.length === 1) return chosen[0]?.plan;
    this.problem = chosen.length === 0 ? 'no template fits' : 'several templates fit';
    return undefined;
  }

  direct(): undefined {
    this.problem = 'it has no template';
    return undefined;
  }

  private fits(candidate: Candidate, instance: Instance): boolean {
    candidate.plan ??= new Plan(candidate.tokens, candidate.tokens.subarray(4), candidate.tokens.length - 4);
    const { plan } = candidate;
    if (!fitsTypes(plan, instance)) return false;
    // A template may name its computer: another host's would put the record there.
    const computer = plan.systemText[SYS_COMPUTER];
    return computer === undefined || this.host === undefined || computer.toLowerCase() === this.host;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
