import type { FieldLayout } from '../windows/index.ts';

/** Names that shapes give to values without a name, by position. */
const NUMBERED = /^(?:param|Data)\d{1,4}$/;

/** The name that a field has in EVTX: values without a name are `Data`, whatever number the shape gave them. */
export function evtxName(layout: FieldLayout | undefined, name: string): string {
  return layout?.isUnnamed === true && NUMBERED.test(name) ? 'Data' : name;
}
