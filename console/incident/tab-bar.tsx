import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isSmall } from '../kit/media.ts';
import { LevelMark, type TabSpec, Tabs } from '../kit/parts.tsx';
import { visibleText } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';

/** Height of the line above the tabs, px, as in the style sheet. */
const TITLE_PX = 24;

/** What lies below the screen, however far, has not left it at the top. */
const ANY_PX = 1_000_000;

/** The tabs of an incident. They stay in reach while it is scrolled, and then say of which one they are. */
export function TabBar({
  doc,
  tabs,
  chosen,
  onChoose,
}: {
  readonly doc: IncidentDocument;
  readonly tabs: readonly TabSpec[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}): JSX.Element {
  const mark = useRef<HTMLDivElement>(null);
  const [isStuck, setStuck] = useState(false);
  useEffect(() => {
    const element = mark.current;
    if (element === null) return undefined;
    // The mark stands where the bar would: where it is out of sight at the top, the bar is held there.
    const watch = new IntersectionObserver(
      ([now]) => {
        if (now !== undefined) setStuck(!now.isIntersecting && now.boundingClientRect.top < (now.rootBounds?.top ?? 0));
      },
      { root: isSmall.value ? null : element.closest('.inc'), rootMargin: `-${TITLE_PX}px 0px ${ANY_PX}px 0px` },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [isSmall.value]);
  return (
    <>
      <div ref={mark} class="tab-mark" />
      <div class={isStuck ? 'tab-bar stuck' : 'tab-bar'}>
        {/* The heading says it to who does not see where the page stands. */}
        <p class="of" aria-hidden="true">
          <LevelMark level={doc.level} isShort /> INC-{doc.number} {visibleText(doc.incident.title)}
        </p>
        <Tabs tabs={tabs} chosen={chosen} label="Parts of the incident" onChoose={onChoose} />
      </div>
    </>
  );
}

/** Begins a part that was chosen while the incident is scrolled at its top: its rows would begin behind the tabs. */
export function showPanelTop(): void {
  // It is drawn by then.
  requestAnimationFrame(() => scrollToPanel(true));
}

/** Scrolls so that the part begins right below the tabs; where asked for only if it begins behind them. */
export function scrollToPanel(isOnlyIfBehind = false): void {
  const [inc, bar, panel] = ['.inc', '.inc .tab-bar', '.inc .panel'].map((name) => document.querySelector(name));
  if (inc == null || bar == null || panel == null) return;
  const isOwn = getComputedStyle(inc).overflowY !== 'visible';
  const edge = (isOwn ? inc.getBoundingClientRect().top : 0) + TITLE_PX + bar.getBoundingClientRect().height;
  const by = Math.round(panel.getBoundingClientRect().top - edge);
  if (isOnlyIfBehind && by >= 0) return;
  if (isOwn) inc.scrollBy(0, by);
  else scrollBy(0, by);
}
