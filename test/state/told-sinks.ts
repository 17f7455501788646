import { GATHER_MS, type SinkRule } from '../../src/outbox/index.ts';
import type { MessageRow, State } from '../../src/state/index.ts';
import { got, NOW_MS } from './opened-state.ts';

export const RULE: SinkRule = { name: 'soc', level: 'high', scope: [], hosts: [], tells: [] };
/** A time at which what was due now is gathered. */
export const LATER: number = NOW_MS + GATHER_MS + 100;

export async function withSinks(state: State, ...rules: readonly Partial<SinkRule>[]): Promise<State> {
  const sinks = rules.map((rule) => ({ rule: { ...RULE, ...rule }, isResending: false }));
  await got(state.call('useSinks', { sinks, nowMs: NOW_MS }));
  return state;
}

export async function messages(state: State): Promise<readonly MessageRow[]> {
  return (await got(state.call('listMessages', {}))).rows.toReversed();
}

export async function due(state: State): Promise<readonly (readonly [id: string, reasons: string])[]> {
  return (await messages(state)).map(({ id, reasons }) => [id, reasons.join(' ')]);
}

/** Delivers all that is due by then. */
export async function deliver(state: State, nowMs: number, sink = 'soc'): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const message = await got(state.call('takeMessage', { sink, nowMs }));
    if (message === null) return ids;
    ids.push(message.id);
    await got(state.call('settleMessage', { seq: message.seq, outcome: { kind: 'delivered', status: '200' }, nowMs }));
  }
}
