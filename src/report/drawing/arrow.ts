import { type Drawing, draw } from './drawn.ts';

/** An arrow that lies on a wide screen and stands on a narrow one and on paper; the style sheet shows one of the two. */
export const ARROW: Drawing = draw`<svg class="hz" aria-hidden="true"><line x1="0" x2="100%" y1="7" y2="7"/><svg x="100%" overflow="visible"><path d="M0 7l-9-5v10z"/></svg></svg><svg class="vt" viewBox="0 0 44 40" aria-hidden="true"><line x1="22" x2="22" y1="0" y2="32"/><path d="M22 40l-5-9h10z"/></svg>`;
