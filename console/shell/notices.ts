import { onChanges } from '../kit/live.ts';
import { go } from '../kit/router.ts';
import { setting } from '../kit/settings.ts';
import { noticeOf } from './notice.ts';

/** Shows notices while somebody looks elsewhere, where they switched them on and the browser lets it (SETTLED G15). */
export function followNotices(): () => void {
  return onChanges((changes) => {
    if (!areNoticesOn() || document.hasFocus()) return;
    const notice = noticeOf(changes);
    if (notice === undefined) return;
    const { title, body, id, tag } = notice;
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      focus();
      go(`/incidents/${id}`);
      shown.close();
    };
  });
}

export function areNoticesOn(): boolean {
  return (
    setting('notices').value === 'on' && typeof Notification !== 'undefined' && Notification.permission === 'granted'
  );
}
