/** What this person did, in whichever tab: it shows at once and never counts as a change that waits (SETTLED G6). */

/** Tabs of this browser hear of each other's acts by it. */
const CHANNEL = 'triad.acted';
/** Acts of which the stream has not told yet; the oldest goes. */
const MOST_KEPT = 200;

/** An act on an incident gave it a revision; a mute hides rows or shows them. */
export type OwnAct = { readonly id: string; readonly revision: number } | { readonly muted: true };

const revisions = new Map<string, number>();
/** A mute is told of so soon, milliseconds: what is hidden later is another's. */
const MUTE_MS = 10_000;
let mutedAtMs = 0;
let channel: BroadcastChannel | undefined;

/** True of a row of which the newest change is this person's. */
export function isOwnAct({ id, revision }: { readonly id: string; readonly revision: number }): boolean {
  return revisions.get(id) === revision;
}

/** True right after a mute: what is hidden or shown otherwise is so by it. */
export function isAfterMute(): boolean {
  return Date.now() - mutedAtMs < MUTE_MS;
}

/** Takes an act of this tab and tells the others. */
export function tellOwnAct(act: OwnAct): void {
  take(act);
  channel?.postMessage(act);
}

function take(act: OwnAct): void {
  if ('muted' in act) {
    mutedAtMs = Date.now();
    return;
  }
  revisions.delete(act.id);
  revisions.set(act.id, act.revision);
  const [oldest] = revisions.keys();
  if (revisions.size > MOST_KEPT && oldest !== undefined) revisions.delete(oldest);
}

/** Hears of acts in other tabs; `heard` runs after each. */
export function followOwnActs(heard: (act: OwnAct) => void): () => void {
  const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL);
  channel = tabs;
  if (tabs !== undefined)
    tabs.onmessage = ({ data }: MessageEvent<OwnAct>) => {
      take(data);
      heard(data);
    };
  return () => {
    tabs?.close();
    channel = undefined;
    revisions.clear();
    mutedAtMs = 0;
  };
}
