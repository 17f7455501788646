import { type ApiResponse, refused } from '../../api/index.ts';
import type { IncidentName, State, WholeIncident } from '../../state/index.ts';
import { refusalAnswer } from './lists.ts';

/** The incident that is named by its id, by that of what was merged into it, or as `INC-` and its number; or why there is none. */
export async function findIncident(state: State, asked: string): Promise<WholeIncident | ApiResponse> {
  const number = /^INC-(\d{1,12})$/i.exec(asked)?.[1];
  const name: IncidentName = number === undefined ? { id: asked } : { number: Number(number) };
  const found = await state.call('readIncident', name);
  if (found.kind === 'refused') return refusalAnswer(found);
  return found.value ?? refused({ code: 'not_found', detail: `There is no incident ${asked.slice(0, 100)}.` });
}
