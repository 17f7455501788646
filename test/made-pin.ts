import { type NewPin, type Pin, pinId } from '../src/pins/index.ts';

/** 64 hex digits that begin with these. */
export function print(start: string): string {
  return start.padEnd(64, '0');
}

/** A pin of a subscription for every host, with these changes. */
export function pinOf(changes: Partial<NewPin> = {}): Pin {
  const pin: NewPin = {
    kind: 'subscription',
    print: print('f1'),
    hosts: ['*'],
    owner: 'alice',
    reason: 'inventory agent',
    created: '2026-03-01',
    review: '2026-09-01',
    ...changes,
  };
  return { ...pin, id: pinId(pin), place: 'pins.yaml:3:5' };
}
