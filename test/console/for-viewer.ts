import { PERMISSIONS, withoutEvidence } from '../../src/people/index.ts';

/** A document as the server gives it to a viewer (SETTLED G20). */
export function forViewer(whole: unknown): object {
  const { document, withheld } = withoutEvidence(whole);
  return { ...(document as object), withheld: { names: withheld, roles: PERMISSIONS['read:evidence'].roles } };
}
