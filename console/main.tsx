import { render } from 'preact';
import { startKeys } from './kit/keys.ts';
import { startPrint } from './kit/print.ts';
import { startRouter } from './kit/router.ts';
import { followEnd, readSession } from './kit/session.ts';
import { startTheme } from './kit/theme.ts';
import { startClock } from './kit/time.ts';
import { App } from './shell/app.tsx';

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
  // A page that the browser kept whole may be another person's by now (SETTLED G19).
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void readSession();
  });
}
