import { onChanges } from '../kit/live.ts';
import { go } from '../kit/router.ts';
import { setting } from '../kit/settings.ts';
import { type Notice, noticeOf } from './notice.ts';

/** Tabs of this browser ask each other by it whether somebody looks at one. */
const CHANNEL = 'triad.looks';
/** How long a tab that is looked at has to say so, milliseconds. */
const ANSWER_MS = 300;

/** Shows notices while somebody looks elsewhere than at any tab of the page, where they switched them on and the browser lets it (SETTLED G15). */
export function followNotices(): () => void {
  const tabs = new BroadcastChannel(CHANNEL);
  let lookedAtMs = 0;
  tabs.onmessage = ({ data }: MessageEvent<'asks' | 'looked at'>) => {
    if (data === 'looked at') lookedAtMs = Date.now();
    else if (document.hasFocus()) tabs.postMessage('looked at');
  };
  const stop = onChanges((changes) => {
    if (!areNoticesOn() || document.hasFocus()) return;
    const notice = noticeOf(changes);
    if (notice === undefined) return;
    const askedMs = Date.now();
    tabs.postMessage('asks');
    setTimeout(() => {
      if (lookedAtMs < askedMs && !document.hasFocus()) show(notice);
    }, ANSWER_MS);
  });
  return () => {
    stop();
    // What still waits for an answer is shown to nobody.
    lookedAtMs = Infinity;
    tabs.close();
  };
}

function show({ title, body, id, tag }: Notice): void {
  const shown = new Notification(title, { body, tag });
  shown.onclick = () => {
    focus();
    go(`/incidents/${id}`);
    shown.close();
  };
}

export function areNoticesOn(): boolean {
  return (
    setting('notices').value === 'on' && typeof Notification !== 'undefined' && Notification.permission === 'granted'
  );
}
