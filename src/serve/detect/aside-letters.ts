import type { DeadLetter, NewDeadLetter, Outcome, Page, State } from '../../state/index.ts';
import type { FromDetect } from './messages.ts';

/** The code of a dead letter of a whole batch that detection could not judge: it is passed over at each later start. */
export const DETECTION_FAILED = 'detection_failed';
/** Batches that are passed over, at most, and how many of them are asked for at a time. */
const MOST = 10_000;
const PAGE = 500;

type Listed = Outcome<Page<DeadLetter>>;

/** A batch as far as a letter of it says something. */
interface Unjudged {
  readonly position: number;
  readonly header: { readonly sender: string; readonly receivedMs: number } | undefined;
}

/** A dead letter of each batch that was put aside, committed with the position that goes past it: so it is passed over the second time. */
export function asideLetters(steps: readonly FromDetect[], unjudged: readonly Unjudged[]): readonly NewDeadLetter[] {
  const aside = steps.flatMap((step) => (step.kind === 'judged' ? step.aside : []));
  return aside.flatMap(({ position, reason }) => {
    const header = unjudged.find((one) => one.position === position)?.header;
    if (header === undefined) return [];
    const { sender, receivedMs } = header;
    return [{ position, item: 0, sender, code: DETECTION_FAILED, reason, receivedMs, bytes: null }];
  });
}

/** Positions of the batches that earlier starts put aside, and nobody settled since; why they cannot be told, where they cannot. */
export async function passedOver(
  state: State,
): Promise<
  | { readonly kind: 'positions'; readonly positions: ReadonlySet<number> }
  | { readonly kind: 'refused'; readonly message: string }
> {
  const positions = new Set<number>();
  let cursor: string | undefined;
  for (;;) {
    const asked = { code: DETECTION_FAILED, state: 'open', limit: PAGE } as const;
    const page: Listed = await state.call('listDeadLetters', cursor === undefined ? asked : { ...asked, cursor });
    if (page.kind === 'refused') return { kind: 'refused', message: page.message };
    for (const { position } of page.value.rows) positions.add(position);
    if (page.value.next === null || positions.size >= MOST) return { kind: 'positions', positions };
    cursor = page.value.next;
  }
}
