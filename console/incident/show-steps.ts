import { go, withQuery } from '../kit/router.ts';
import { scrollToPanel } from './tab-bar.tsx';

/** To the steps, with the first of Contain under the hand and what comes before it in view: pressing "Contain" must show what there is to do. */
export function showContainSteps(): void {
  go(withQuery({ tab: 'steps', open: undefined }), 'replace');
  // The tab is drawn by then.
  requestAnimationFrame(() => {
    scrollToPanel();
    const boxes = document.querySelectorAll<HTMLInputElement>('.phase[data-phase="contain"] input');
    ([...boxes].find(({ checked }) => !checked) ?? boxes[0])?.focus();
  });
}
