import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isSignedOut } from '../kit/api.ts';
import { useKeys } from '../kit/keys.ts';
import { ObjectMenu } from '../kit/object-menu.tsx';
import { Failed, Waiting } from '../kit/parts.tsx';
import { route } from '../kit/router.ts';
import { cancelSession, readSession, session, sessionProblem } from '../kit/session.ts';
import { toggleTheme } from '../kit/theme.ts';
import { AccountPage, PasswordForm } from '../pages/account.tsx';
import { HostsPage } from '../pages/hosts.tsx';
import { IncidentsPage } from '../pages/incidents.tsx';
import { followRequests } from '../pages/requests.tsx';
import { RulesPage } from '../pages/rules.tsx';
import { SearchPage } from '../pages/search.tsx';
import { SendersPage } from '../pages/senders.tsx';
import { SubscriptionsPage } from '../pages/subscriptions.tsx';
import { followAsked } from '../queue/asked.ts';
import { followOpened } from '../queue/opened.ts';
import { followQueue, queueState, readQueue } from '../queue/store.ts';
import { Bar, Notices } from './bar.tsx';
import { followHealth } from './health.ts';
import { Help } from './help.tsx';
import { followNotices } from './notices.ts';
import { Rail } from './rail.tsx';
import { SessionEnd } from './session-end.tsx';
import { SignIn } from './sign-in.tsx';
import { StatusLine } from './status-line.tsx';
import { followTitle } from './title.ts';

/** The whole page: who is signed in decides what it is. */
export function App(): JSX.Element {
  const now = session.value;
  if (now === 'unknown') {
    const problem = sessionProblem.value;
    if (problem === undefined) return <Waiting what="Your session" onCancel={cancelSession} />;
    return (
      <main class="sign-in" id="main">
        <h1>Triad</h1>
        <Failed what="Your session" problem={problem} onAgain={() => void readSession()} />
      </main>
    );
  }
  if (now === undefined || isSignedOut.value) return <SignIn />;
  if (now.mustChangePassword === true) {
    return (
      <main class="sign-in" id="main">
        <h1>Choose a password</h1>
        <p>The one that you signed in with was given out. Choose your own to go on.</p>
        <PasswordForm />
      </main>
    );
  }
  return <Frame key={`${now.person} ${now.role}`} />;
}

function Frame(): JSX.Element {
  const [isHelp, setHelp] = useState(false);
  useEffect(
    () =>
      useKeys([
        { key: '?', says: 'this help', group: 'Anywhere', run: () => setHelp(true) },
        { key: 't', says: 'light or dark', group: 'Anywhere', run: toggleTheme },
      ]),
    [],
  );
  useEffect(() => {
    void readQueue();
    const stops = [
      followQueue(),
      followAsked(),
      followOpened(),
      followHealth(),
      followRequests(),
      followTitle(),
      followNotices(),
    ];
    const again = setInterval(() => {
      if (queueState.value.problem !== undefined) void readQueue();
    }, 15_000);
    return () => {
      clearInterval(again);
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="app">
      <a class="skip" href="#main">
        To the content
      </a>
      <Notices />
      <Bar onHelp={() => setHelp(true)} />
      <Rail />
      <Body />
      <StatusLine />
      <ObjectMenu />
      <SessionEnd />
      {isHelp ? <Help onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

function Body(): JSX.Element {
  const { page, id } = route.value;
  switch (page) {
    case 'incidents':
      return <IncidentsPage id={id} />;
    case 'subscriptions':
      return <SubscriptionsPage id={id} />;
    case 'hosts':
      return <HostsPage id={id} />;
    case 'search':
      return <SearchPage />;
    case 'rules':
      return <RulesPage id={id} />;
    case 'senders':
      return <SendersPage id={id} />;
    case 'account':
      return <AccountPage />;
  }
}
