import { render } from 'preact';
import { startKeys } from './kit/keys.ts';
import { startPrint } from './kit/print.ts';
import { startRouter } from './kit/router.ts';
import { cancelSession, followEnd, readPastEnd, readSession } from './kit/session.ts';
import { startTheme } from './kit/theme.ts';
import { startClock } from './kit/time.ts';
import { App } from './shell/app.tsx';

/** Whoever does not hear whose a page is by then signs in again. */
const MOST_HIDDEN_MS = 5000;

const root = document.getElementById('app');
if (root !== null) {
  startTheme();
  startClock();
  startRouter();
  startKeys();
  startPrint();
  followEnd();
  root.textContent = '';
  render(<App />, root);
  void readSession();
  // A page that the browser kept whole may be another person's by now: nothing of it shows until the server has said whose (SETTLED G19). It keeps its room, and so
  // its scroll; what is hidden has no focus.
  let focused: Element | null;
  addEventListener('pagehide', ({ persisted }) => {
    focused = document.activeElement;
    if (persisted) root.className = 'kept';
  });
  addEventListener('pageshow', async ({ persisted }) => {
    if (!persisted) return;
    const late = setTimeout(cancelSession, MOST_HIDDEN_MS);
    await readPastEnd();
    clearTimeout(late);
    root.className = '';
    (focused as HTMLElement | null)?.focus?.({ preventScroll: true });
  });
}
