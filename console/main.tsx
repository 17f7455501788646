import { render } from 'preact';
import { startKeys } from './kit/keys.ts';
import { startRouter } from './kit/router.ts';
import { readSession } from './kit/session.ts';
import { startTheme } from './kit/theme.ts';
import { startClock } from './kit/time.ts';
import { App } from './shell/app.tsx';

const root = document.getElementById('app');
if (root !== null) {
  startTheme();
  startClock();
  startRouter();
  startKeys();
  root.textContent = '';
  render(<App />, root);
  void readSession();
}
