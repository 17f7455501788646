import type { Dossier } from '../../subscriptions/index.ts';
import { canonicalNamespace } from '../../wmi/index.ts';
import { stepMs, stepsOf } from '../subscription-finding.ts';
import type { PackUnit } from './pack-units.ts';

/** The parts of a subscription are written, and it becomes active, within this (DOMAIN 3.2, C01). */
const TRIAD_MS = 120_000;
/** The key under which Windows notes that a namespace has active filters (DOMAIN 3.2, S11). */
const EVENTING_KEY = /\\wbem\\ess\\\/\/\.\/([^\\]+)/;

/**
 * The subscription that a key of the eventing system speaks of: one of the host, for events of the key's namespace, that was written within
 * two minutes of it (DOMAIN 3.5: S11 witnesses an activation by its namespace only). With several it is nobody's.
 */
export function activatedBy({ head, groups }: PackUnit, dossiers: readonly Dossier[]): Dossier | undefined {
  if (head.mark.analytic !== 'S11') return undefined;
  const namespaces = new Set(groups.flatMap(({ matched }) => matched.flatMap(({ values }) => values.flatMap(keyOf))));
  if (namespaces.size === 0) return undefined;
  const [only, ...others] = dossiers.filter(
    (dossier) =>
      dossier.host === head.host &&
      [dossier.filter.eventNamespace, dossier.namespace].some(
        (name) => name !== undefined && namespaces.has(canonicalNamespace(name)),
      ) &&
      stepsOf(dossier, 'created', 'registered', 'modified').some((step) =>
        groups.some(({ timeMs, lastMs }) => stepMs(step) >= timeMs - TRIAD_MS && stepMs(step) <= lastMs + TRIAD_MS),
      ),
  );
  return others.length === 0 ? only : undefined;
}

function keyOf(value: string): readonly string[] {
  const name = EVENTING_KEY.exec(value)?.[1];
  return name === undefined ? [] : [canonicalNamespace(name)];
}
