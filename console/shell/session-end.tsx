import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { noteTouch } from '../kit/api.ts';
import { Dialog } from '../kit/parts.tsx';
import { readSession, session, signOut } from '../kit/session.ts';
import { nowMs, spanOf } from '../kit/time.ts';

/** How long before the end a dialog offers to stay (SETTLED G19). */
const WARN_MS = 120_000;

/** When this tab last did something as a person; other tabs tell theirs. */
const TOUCHED = 'triad.touched';

export function SessionEnd(): JSX.Element | null {
  const [touchedMs, setTouched] = useState(() => Date.now());
  useEffect(() => {
    let last = 0;
    const touch = (): void => {
      noteTouch();
      const now = Date.now();
      if (now - last < 5000) return;
      last = now;
      setTouched(now);
      localStorage.setItem(TOUCHED, String(now));
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
  if (now === undefined || now === 'unknown') return null;
  const idleEndMs = touchedMs + now.idleMs;
  const left = Math.min(idleEndMs, now.endsMs) - nowMs.value;
  if (left <= 0) return <Ended />;
  if (left > WARN_MS) return null;
  const isFinal = now.endsMs <= idleEndMs;
  return (
    <Dialog title={`Your session ends in ${spanOf(left)}`} onClose={() => void stay(setTouched)}>
      <p>
        {isFinal
          ? 'It has lasted as long as a session may. Sign in again to go on; what you began to write is kept.'
          : 'Nothing was pressed for a while.'}
      </p>
      <p class="row">
        {isFinal ? null : (
          <button type="button" class="btn pri" onClick={() => void stay(setTouched)}>
            Stay
          </button>
        )}
        <button type="button" class="btn" onClick={() => void signOut()}>
          Sign out
        </button>
      </p>
    </Dialog>
  );
}

async function stay(setTouched: (ms: number) => void): Promise<void> {
  noteTouch();
  setTouched(Date.now());
  await readSession();
}

/** The server is asked: another tab may have kept it. */
function Ended(): null {
  useEffect(() => void readSession(), []);
  return null;
}
