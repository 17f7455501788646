import type { AnomalyWord } from './anomalies.ts';
import type { Chunk } from './chunk.ts';
import { FAULT_DEPTH, FAULT_ENTITY, FAULT_NESTED, FAULT_SUBSTITUTION } from './faults.ts';
import { MAX_NESTED_INSTANCES, TYPE_ARRAY, TYPE_BINXML } from './format.ts';
import { Instance } from './instance.ts';
import type { Plan } from './plan.ts';
import type { PlanSource } from './plans.ts';

/** Why the content of a record cannot be read; undefined where it can. */
export type ContentProblem = 'empty' | 'content' | 'count' | 'template';

export const ODD_FORWARD = 1;
export const ODD_ID = 2;
export const ODD_OVERRUN = 4;
export const ODD_DESCRIPTOR = 8;
export const ODDITIES: readonly (readonly [number, AnomalyWord])[] = [
  [ODD_FORWARD, 'templateForward'],
  [ODD_ID, 'templateId'],
  [ODD_OVERRUN, 'overrun'],
  [ODD_DESCRIPTOR, 'descriptor'],
];

/** Opens what stands in a record or in a value of type 21: an instance, or an element without template (EVTX 3). */
export class ContentReader {
  readonly chunk: Chunk;
  readonly plans: PlanSource;
  /** Numbers of the last problem, for its message. */
  reason = '';
  claimedCount = 0;
  definitionOffset = 0;
  templateId = 0;
  /** Offset of the element of a direct record; 0 when the content is an instance. */
  directOffset = 0;
  /** Oddities of the instance opened last that do not stop it: bits of ODDITIES. */
  oddities = 0;
  private readonly byDepth: Instance[] = [];

  constructor(chunk: Chunk, plans: PlanSource) {
    this.chunk = chunk;
    this.plans = plans;
  }

  /** Lays `instance` over the content at `at`. After success `instance.plan` is set and `instance.end` is behind it. */
  open(instance: Instance, at: number, limit: number): ContentProblem | undefined {
    const view = this.chunk.view;
    let p = at;
    this.oddities = 0;
    this.definitionOffset = 0;
    this.directOffset = 0;
    if (p < limit && (view.getUint8(p) & 0x3f) === 0x0f) p += 4;
    if (p >= limit) return 'empty';
    const token = view.getUint8(p);
    if ((token & 0x3f) === 0x0c) return this.openInstance(instance, p, limit);
    if ((token & 0x3f) === 0x01) {
      const plan = this.plans.direct(this.chunk, p, limit);
      if (plan === undefined) {
        this.reason = this.plans.problem;
        return 'content';
      }
      if (plan.hasUnknownEntity) this.chunk.faults |= FAULT_ENTITY;
      instance.setDirect(plan, this.plans.directEnd);
      this.directOffset = p;
      return undefined;
    }
    if (token === 0) return 'empty';
    this.reason = `it begins with token ${token.toString(16).padStart(2, '0')}`;
    return 'content';
  }

  /**
   * The instance that stands in a slot of type 21, for the renderer at a depth. Valid until the next call for the same
   * depth. Depth is bounded because each nested value lies inside its parent's bytes and 16 is the limit (EVTX 7.6).
   */
  nested(parent: Instance, slot: number, depth: number): Instance | undefined {
    if (depth > MAX_NESTED_INSTANCES) {
      this.chunk.faults |= FAULT_DEPTH;
      return undefined;
    }
    let instance = this.byDepth[depth];
    if (instance === undefined) {
      instance = new Instance();
      this.byDepth[depth] = instance;
    }
    return this.openValue(instance, parent, slot) ? instance : undefined;
  }

  /** Lays `instance` over a slot of type 21; false for an empty or unreadable one. */
  openValue(instance: Instance, parent: Instance, slot: number): boolean {
    const at = parent.offsetOf(slot);
    const problem = this.open(instance, at, at + parent.sizeOf(slot));
    if (problem !== undefined && problem !== 'empty') this.chunk.faults |= FAULT_NESTED;
    if (problem === undefined && instance.overrun > 0) this.chunk.faults |= FAULT_NESTED;
    return problem === undefined;
  }

  /** Type of a slot that a template asks for; a normal substitution without value is told (T12). */
  slotType(instance: Instance, slot: number, isOptional: boolean): number {
    if (slot >= instance.count && !isOptional) this.chunk.faults |= FAULT_SUBSTITUTION;
    return instance.typeOf(slot);
  }

  private openInstance(instance: Instance, at: number, limit: number): ContentProblem | undefined {
    const chunk = this.chunk;
    const view = chunk.view;
    if (at + 14 > limit) {
      this.reason = 'it ends inside a template instance';
      return 'content';
    }
    const offset = view.getUint32(at + 6, true);
    this.templateId = view.getUint32(at + 2, true);
    this.definitionOffset = offset;
    const own = at - chunk.base;
    let values = at + 10;
    let isInside = false;
    if (offset === own + 10) {
      // Resident (EVTX 4.1): its size tells where the values are, even when the definition itself is bad.
      if (at + 34 > limit) {
        this.reason = 'it ends inside its template';
        return 'content';
      }
      const size = view.getUint32(at + 30, true);
      if (size > limit - at - 34) {
        this.reason = 'its template does not fit into it';
        return 'content';
      }
      values = at + 34 + size;
    } else if (offset >= own && offset < limit - chunk.base) {
      isInside = true;
    }
    if (instance.layOut(chunk, values, limit) !== undefined) {
      this.claimedCount = values + 4 <= limit ? view.getUint32(values, true) : 0;
      return 'count';
    }
    if (isInside) {
      this.reason = 'it would lie inside the record that names it';
      instance.plan = undefined;
      return 'template';
    }
    const plan = this.plans.at(chunk, offset, this.templateId, instance);
    instance.plan = plan;
    if (plan === undefined) {
      this.reason = this.plans.problem;
      return 'template';
    }
    if (offset > own + 10) this.oddities |= ODD_FORWARD;
    if (this.plans.hasOtherId) this.oddities |= ODD_ID;
    if (instance.overrun > 0) this.oddities |= ODD_OVERRUN;
    if (instance.oddDescriptor !== 0) this.oddities |= ODD_DESCRIPTOR;
    return undefined;
  }
}

/** True when a plan may belong to an instance (EVTX 7.3 rule 3): no slot beyond its values, equal or compatible types. */
export function fitsTypes(plan: Plan, instance: Instance): boolean {
  const slots = plan.slotTypes;
  for (let i = 0; i < slots.length; i += 2) {
    const slot = slots[i] ?? 0;
    if (slot >= instance.count) return false;
    if (!isCompatible(slots[i + 1] ?? 0, instance.typeOf(slot))) return false;
  }
  return true;
}

function isCompatible(expected: number, found: number): boolean {
  if (expected === found || found === 0) return true;
  if ((expected & 0x7f) === 0x10) return (found & 0x7f) === 0x14 || (found & 0x7f) === 0x15;
  return false;
}

/** True for arrays whose element is repeated for each item. */
export function isArray(type: number): boolean {
  return (type & TYPE_ARRAY) !== 0 && (type & 0x7f) !== TYPE_BINXML;
}
