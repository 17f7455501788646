import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, whyOf } from '../kit/api.ts';
import { Trouble } from '../kit/parts.tsx';
import { person, readSession, session, signOut } from '../kit/session.ts';
import { choose, setting } from '../kit/settings.ts';
import { say, sayOutcome } from '../kit/status.ts';
import { stampOf } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';
import { areNoticesOn } from '../shell/notices.ts';
import { type Paged, Read, Table, useLive } from './list.tsx';
import { mayConfirm, Requests } from './requests.tsx';

interface SessionRow {
  readonly number: number;
  readonly began: string;
  readonly lastUsed: string;
  readonly address: string;
  readonly agent: string;
  readonly isThis: boolean;
  readonly ended?: string;
}

/** Who is signed in, the password, the sessions, and what this browser shows. */
export function AccountPage(): JSX.Element {
  const now = session.value;
  const role = now === undefined || now === 'unknown' ? '' : now.role;
  return (
    <main id="main" class="page">
      <h1>Account</h1>
      <p>
        You are <b>{person()}</b>, {role}.{' '}
        <button type="button" class="btn" onClick={() => void leave()}>
          Sign out
        </button>
      </p>
      {mayConfirm() ? (
        <>
          <h2>Waiting for a second person</h2>
          <Requests />
        </>
      ) : null}
      <h2>This browser</h2>
      <Choices />
      <h2>Password</h2>
      <PasswordForm />
      <h2>Sessions</h2>
      <Sessions />
    </main>
  );
}

async function leave(): Promise<void> {
  const failed = await signOut();
  if (failed !== undefined) say(`You are still signed in: ${failed}.`);
}

function Choices(): JSX.Element {
  return (
    <div class="choices">
      <label>
        Theme{' '}
        <select
          value={setting('theme').value}
          onChange={(event) => choose('theme', event.currentTarget.value as 'system' | 'light' | 'dark')}
        >
          <option value="system">as the system</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
      </label>
      <label>
        Times{' '}
        <select
          value={setting('zone').value}
          onChange={(event) => choose('zone', event.currentTarget.value as 'utc' | 'local')}
        >
          <option value="utc">UTC</option>
          <option value="local">local</option>
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={setting('keys').value === 'on'}
          onChange={(event) => choose('keys', event.currentTarget.checked ? 'on' : 'off')}
        />{' '}
        Single keys work
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={areNoticesOn()}
          onChange={(event) => void allowNotices(event.currentTarget.checked)}
        />{' '}
        Desktop notice of new critical and high incidents: level, number and hosts, while you look elsewhere
      </label>
    </div>
  );
}

async function allowNotices(isWanted: boolean): Promise<void> {
  if (!isWanted) {
    choose('notices', 'off');
    return;
  }
  const answer = typeof Notification === 'undefined' ? 'denied' : await Notification.requestPermission();
  choose('notices', answer === 'granted' ? 'on' : 'off');
  if (answer !== 'granted') say('This browser does not let the page show notices.');
}

/** Between 12 and 1,024 characters (SETTLED G18). */
export function PasswordForm(): JSX.Element {
  const [trouble, setTrouble] = useState('');
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const entered = new FormData(form);
    const answer = await ask('POST', '/v1/session/password', {
      body: { current: String(entered.get('current') ?? ''), next: String(entered.get('next') ?? '') },
    });
    if (answer.kind === 'problem') {
      setTrouble(whyOf(answer.problem));
      return;
    }
    form.reset();
    setTrouble('');
    say('The password is changed; all other sessions of yours have ended.');
    await readSession();
  };
  return (
    <form class="narrow" onSubmit={(event) => void send(event)}>
      <input type="text" name="name" autocomplete="username" value={person()} hidden readOnly />
      <label>
        Password now
        <input type="password" name="current" autocomplete="current-password" required />
      </label>
      <label>
        New password, at least 12 characters
        <input type="password" name="next" autocomplete="new-password" minLength={12} maxLength={1024} required />
      </label>
      <Trouble>{trouble}</Trouble>
      <button type="submit" class="btn">
        Change password
      </button>
    </form>
  );
}

function Sessions(): JSX.Element {
  const entry = useLive<Paged<SessionRow>>('/v1/sessions?state=open', []);
  const end = async (number: number): Promise<void> => {
    const answer = await ask('POST', `/v1/sessions/${number}/end`);
    sayOutcome(answer, 'The session is ended.');
    await entry.refresh();
  };
  return (
    <Read what="The list of sessions" entry={entry}>
      {({ items }) => (
        <Table
          title="Your sessions"
          rows={items}
          keyOf={({ number }) => String(number)}
          columns={[
            { name: 'Began', cell: ({ began }) => stampOf(began), kind: 'num' },
            { name: 'Last used', cell: ({ lastUsed }) => stampOf(lastUsed), kind: 'num' },
            { name: 'From', cell: ({ address }) => visibleText(address) },
            { name: 'Browser', cell: ({ agent }) => visibleText(agent) },
            {
              name: '',
              cell: ({ number, began, isThis }) =>
                isThis ? (
                  'this one'
                ) : (
                  <button type="button" class="lnk" onClick={() => void end(number)}>
                    End<span class="vh"> the session of {stampOf(began)}</span>
                  </button>
                ),
            },
          ]}
        />
      )}
    </Read>
  );
}
