import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Trouble } from '../kit/parts.tsx';
import { hasEnded, signIn } from '../kit/session.ts';

/** Name and password; pasting and password managers work (WCAG 3.3.8). */
export function SignIn(): JSX.Element {
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  // With what it is of: a title of before names what was shown.
  useLayoutEffect(() => {
    document.title = 'Sign in, Triad';
  }, []);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setTrouble('');
    const failed = await signIn(String(form.get('name') ?? ''), String(form.get('password') ?? ''));
    setBusy(false);
    setTrouble(failed ?? '');
  };
  return (
    <main class="sign-in" id="main">
      <h1>Triad</h1>
      {hasEnded.value ? (
        <p role="status">
          Your session has ended. Sign in to go on where you were; what you wrote is kept in this tab.
        </p>
      ) : null}
      <form onSubmit={(event) => void send(event as unknown as SubmitEvent)} onInput={() => setTrouble('')}>
        <label>
          Name
          <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <Trouble>{trouble}</Trouble>
        <button type="submit" class="btn pri">
          {isBusy ? 'Signing in' : 'Sign in'}
        </button>
      </form>
      <p class="muted">
        Accounts are made on the server’s machine: <code>triad user add</code>. Help for a forgotten password:{' '}
        <code>triad user reset</code>.
      </p>
    </main>
  );
}
