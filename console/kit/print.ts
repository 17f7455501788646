import { type ReadonlySignal, signal } from '@preact/signals';

/** Whether what is drawn goes on paper: all tabs and rows stand then, and nothing that is pressed. */
const isOnPaper = signal(matchMedia('print').matches);

export const isPrinting: ReadonlySignal<boolean> = isOnPaper;

/** Records of an incident that go on paper, whole. */
export const MOST_RECORDS_ON_PAPER = 1000;

/** Opens the browser's dialog to print, over what stands on paper. */
export async function printPage(): Promise<void> {
  isOnPaper.value = true;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  print();
  isOnPaper.value = matchMedia('print').matches;
}

/** A dialog to print draws at once what stands then, so that it must be told before; the query tells of tools that only emulate paper. */
export function startPrint(): void {
  matchMedia('print').addEventListener('change', ({ matches }) => {
    isOnPaper.value = matches;
  });
  addEventListener('beforeprint', () => {
    isOnPaper.value = true;
  });
  addEventListener('afterprint', () => {
    isOnPaper.value = false;
  });
}
