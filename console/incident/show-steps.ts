import { go, withQuery } from '../kit/router.ts';
import type { Phase } from './phases.ts';
import { scrollToPanel } from './tab-bar.tsx';

/** To the steps, with the first open one of a phase under the hand and what comes before it in view: pressing "Contain" must show what there is to do. */
export function showPhase(phase: Phase): void {
  showSteps();
  whenDrawn(() => {
    scrollToPanel();
    const rows = [...document.querySelectorAll<HTMLElement>(`.phase[data-phase="${phase}"] li`)];
    handOn(rows.find((row) => !row.classList.contains('taken')) ?? rows[0]);
  });
}

/** To one step, in the middle of what is seen. */
export function showStep(id: string): void {
  showSteps();
  whenDrawn(() => {
    const row = document.querySelector<HTMLElement>(`.phase li[data-step="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: 'center' });
    handOn(row);
  });
}

/** To what the clock of an incident says of a step. */
export function showClockStep(step: 'contain' | 'verify'): void {
  const shown = document.querySelector<HTMLElement>(`.clk li[data-for="${step}"]`);
  shown?.scrollIntoView({ block: 'center' });
  shown?.querySelector('button')?.focus();
}

function showSteps(): void {
  go(withQuery({ tab: 'steps', open: undefined }), 'replace');
}

/** The tab is drawn by then. */
function whenDrawn(run: () => void): void {
  requestAnimationFrame(run);
}

/** Who may not work on steps has no box there, and of what is settled a key must not take it back: the row itself has the focus. */
function handOn(row: HTMLElement | null | undefined): void {
  const box = row?.classList.contains('taken') === true ? undefined : row?.querySelector('input');
  (box ?? row)?.focus();
}
