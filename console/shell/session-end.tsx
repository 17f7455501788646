import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { noteTouch, unheardMs } from '../kit/api.ts';
import { Dialog } from '../kit/parts.tsx';
import { readPastEnd, readSession, session, signOut } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { nowMs, spanOf } from '../kit/time.ts';

/** How long before the end a dialog offers to stay (SETTLED G19). */
const WARN_MS = 120_000;
/** What a person does here is told to the server after so long without a request of theirs: the server counts requests, not keys. */
const TELL_MS = 60_000;
/** How often the server is asked whether the session still stands, once it should be over. */
const ASK_MS = 5000;

/** When this tab last did something as a person; other tabs tell theirs. */
const TOUCHED = 'triad.touched';

export function SessionEnd(): JSX.Element | null {
  const [touchedMs, setTouched] = useState(() => Date.now());
  const isAsking = useRef(false);
  useEffect(() => {
    let last = 0;
    const touch = (): void => {
      // While the dialog asks, its own buttons decide: it must not go from under the pointer.
      if (isAsking.current) return;
      noteTouch();
      const now = Date.now();
      if (now - last < 5000) return;
      last = now;
      setTouched(now);
      localStorage.setItem(TOUCHED, String(now));
      if (unheardMs() > TELL_MS) void readSession();
    };
    const heardOf = ({ key, newValue }: StorageEvent): void => {
      if (key === TOUCHED && newValue !== null) setTouched(Number(newValue));
    };
    for (const kind of ['keydown', 'pointerdown'] as const) addEventListener(kind, touch, { passive: true });
    addEventListener('storage', heardOf);
    return () => {
      for (const kind of ['keydown', 'pointerdown'] as const) removeEventListener(kind, touch);
      removeEventListener('storage', heardOf);
    };
  }, []);
  const now = session.value;
  isAsking.current = false;
  if (now === undefined || now === 'unknown') return null;
  const idleEndMs = touchedMs + now.idleMs;
  const left = Math.min(idleEndMs, now.endsMs) - nowMs.value;
  if (left <= 0) return <Ended />;
  if (left > WARN_MS) return null;
  const isFinal = now.endsMs <= idleEndMs;
  isAsking.current = true;
  return (
    <Dialog title={`Your session ends in ${spanOf(left)}`} onClose={() => void stay(setTouched)}>
      <p>
        {isFinal
          ? 'It has lasted as long as a session may. Sign in again to go on; what you began to write is kept.'
          : 'Nothing was pressed for a while. What you began to write is kept either way.'}
      </p>
      <p class="row">
        {isFinal ? null : (
          <button type="button" class="btn pri" onClick={() => void stay(setTouched)}>
            Stay
          </button>
        )}
        <button type="button" class="btn" onClick={() => void leave()}>
          Sign out
        </button>
      </p>
    </Dialog>
  );
}

async function stay(setTouched: (ms: number) => void): Promise<void> {
  noteTouch();
  const now = Date.now();
  setTouched(now);
  localStorage.setItem(TOUCHED, String(now));
  await readSession();
}

async function leave(): Promise<void> {
  const failed = await signOut();
  if (failed !== undefined) say(`You are still signed in: ${failed}.`);
}

/** The server is asked until it says so: another tab may have kept it. */
function Ended(): null {
  useEffect(() => {
    void readPastEnd();
    const timer = setInterval(() => void readPastEnd(), ASK_MS);
    return () => clearInterval(timer);
  }, []);
  return null;
}
