import type { Metadata } from '../../sigma/index.ts';
import type { Scope } from '../../windows/index.ts';

/** What a rule of the pack says for Triad beside what Sigma defines (SETTLED E9). */
export interface PackMark {
  /** The analytic whose condition it is (DOMAIN 3.2). */
  readonly analytic: string;
  readonly scope: Scope;
  /** The tool whose fingerprint it is: such a rule names a tool and judges nothing (SETTLED E1). */
  readonly tool?: string;
}

const SCOPES: ReadonlySet<string> = new Set<Scope>(['wmi', 'lateral', 'tamper']);

/** Reads the key `triad` of a rule; undefined where it is not that of a pack. */
export function packMarkOf({ custom }: Pick<Metadata, 'custom'>): PackMark | undefined {
  const own = custom['triad'];
  if (typeof own !== 'object' || own === null) return undefined;
  const said = new Map<string, unknown>(Object.entries(own));
  const analytic = said.get('analytic');
  const scope = said.get('scope');
  const tool = said.get('tool');
  if (typeof analytic !== 'string' || !/^[A-Z]\d{2}$/.test(analytic) || !isScope(scope)) return undefined;
  return { analytic, scope, ...(typeof tool === 'string' ? { tool } : {}) };
}

function isScope(value: unknown): value is Scope {
  return typeof value === 'string' && SCOPES.has(value);
}
