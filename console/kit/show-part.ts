/** Content comes later than the place: it is tried until it is there, another part is asked for, or the person does something. */
const PART_TRIES = 200;

let asked = 0;

/** Opens the part of a page that the hash of its address names, once it is drawn, and scrolls to it where that is wanted. */
export function showPart(hash: string, isScrolled: boolean): void {
  const own = ++asked;
  if (hash === '') return;
  const stop = (): void => {
    asked++;
  };
  for (const kind of ['wheel', 'pointerdown', 'keydown'] as const)
    addEventListener(kind, stop, { once: true, passive: true });
  const name = nameOf(hash);
  let tries = 0;
  const step = (): void => {
    if (own !== asked) return;
    const part = document.getElementById(name);
    if (part instanceof HTMLDetailsElement) part.open = true;
    if (part !== null && isScrolled) part.scrollIntoView({ block: 'start' });
    if (part === null && tries++ < PART_TRIES) setTimeout(step, 50);
  };
  step();
}

function nameOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    // A broken escape in a typed address names nothing.
    return '';
  }
}
