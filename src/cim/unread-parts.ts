import type { Snapshot } from './snapshot.ts';

/** Parts of subscriptions that the index has and whose content cannot be read. */
export interface UnreadParts {
  readonly filters: number;
  readonly consumers: number;
  readonly bindings: number;
  readonly timers: number;
}

/** Undefined where everything that the index has can be read. */
export function unreadParts(snapshot: Snapshot): UnreadParts | undefined {
  const parts: UnreadParts = {
    filters: snapshot.unreadOfTree('__EventFilter'),
    consumers: snapshot.unreadOfTree('__EventConsumer'),
    bindings: snapshot.unreadOfTree('__FilterToConsumerBinding'),
    timers: snapshot.unreadOfTree('__TimerInstruction'),
  };
  return Object.values(parts).some((count) => count > 0) ? parts : undefined;
}

/** `2 filters, 1 binding in the index, content unreadable`. */
export function unreadText({ filters, consumers, bindings, timers }: UnreadParts): string {
  const counts: readonly (readonly [number, string])[] = [
    [filters, 'filter'],
    [consumers, 'consumer'],
    [bindings, 'binding'],
    [timers, 'timer'],
  ];
  const told = counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]));
  return `${told.join(', ')} in the index, content unreadable`;
}
