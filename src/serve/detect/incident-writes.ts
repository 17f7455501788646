import type { StepWrite } from '../../state/index.ts';
import type { JudgedStep } from './messages.ts';

/** What a judgement changed, as the state commits it. */
export function incidentWrites(step: JudgedStep): readonly StepWrite[] {
  return step.told.length === 0 ? [] : [];
}
