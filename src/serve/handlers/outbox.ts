import {
  type Handler,
  jsonAnswer,
  type MessageDocument,
  type RetryRequest,
  refused,
  type SignerDocument,
  type SinkDocument,
} from '../../api/index.ts';
import { type Sink, signersOf, targetOf } from '../../sinks/index.ts';
import type { MessageRow, State } from '../../state/index.ts';
import type { Outbox, SinkState } from '../outbox/outbox.ts';
import { byOf } from './by.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { nameOf, oneOf, readQuery } from './query.ts';

export interface OutboxParts {
  readonly state: State;
  readonly outbox: Outbox;
  nowMs(): number;
}

const STATES = ['held', 'waiting', 'delivered', 'dead'] as const;

/** Messages to sinks. Sinks themselves are made in the configuration alone (SETTLED G23). */
export function outboxHandlers({
  state,
  outbox,
  nowMs,
}: OutboxParts): Readonly<Record<'listMessages' | 'retryMessages' | 'listSinks' | 'testSink', Handler>> {
  return {
    listMessages: async (request) => {
      const read = readQuery(request.query, { state: oneOf(STATES), sink: nameOf(32) });
      if (read.kind !== 'values') return read;
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      return pageAnswer(await state.call('listMessages', { ...page, ...read.values }), messageDocument);
    },
    retryMessages: async (request) => {
      const { sink, id } = request.json as RetryRequest;
      const done = await state.call('retryMessages', {
        ...(sink === undefined ? {} : { sink }),
        ...(id === undefined ? {} : { id }),
        by: byOf(request, nowMs()),
      });
      if (done.kind === 'refused') return refusalAnswer(done);
      await outbox.retried();
      return jsonAnswer(done.value);
    },
    listSinks: async () => {
      await outbox.look();
      return jsonAnswer({ items: outbox.sinks.map(sinkDocument) });
    },
    testSink: async (request) => {
      const name = request.params['sink'] ?? '';
      const startMs = nowMs();
      // Read before it is sent: a reload meanwhile gives the sink other keys.
      const signers = signersIn(outbox.sinks.find(({ sink }) => sink.rule.name === name)?.sink);
      const delivery = await outbox.test(name);
      if (delivery === undefined) return refused({ code: 'not_found', detail: 'There is no such sink.' });
      const isDelivered = delivery.kind === 'delivered';
      const result = { isDelivered, status: delivery.status, ...('why' in delivery ? { why: delivery.why } : {}) };
      const by = byOf(request, nowMs());
      const act = { action: 'outbox.test', object: `sink/${name}`, result };
      const written = await state.call('appendAudit', { by, act });
      if (written.kind === 'refused') return refusalAnswer(written);
      return jsonAnswer({ sink: name, ...result, ms: Math.max(0, nowMs() - startMs), ...signers });
    },
  };
}

function messageDocument({ seq: _, dueMs, nextMs, status, error, settledMs, ...row }: MessageRow): MessageDocument {
  const isOpen = row.state === 'held' || row.state === 'waiting';
  return {
    ...row,
    due: timeOf(dueMs),
    ...(isOpen ? { next: timeOf(nextMs) } : {}),
    ...(status === null ? {} : { status }),
    ...(error === null ? {} : { error }),
    ...(settledMs === null ? {} : { settled: timeOf(settledMs) }),
  };
}

function sinkDocument({ sink, ...known }: SinkState): SinkDocument {
  const { rule, kind } = sink;
  const { waiting, dead, delivered, failures, lastWhy, oldestDueMs, deliveredMs, disabledMs, disabledWhy } = known;
  return {
    name: rule.name,
    kind,
    target: targetOf(sink),
    level: rule.level,
    scope: rule.scope,
    hosts: rule.hosts,
    tells: rule.tells,
    ...signersIn(sink),
    waiting,
    dead,
    delivered,
    failures,
    ...(lastWhy === undefined ? {} : { lastError: lastWhy }),
    ...(oldestDueMs === null ? {} : { oldestDue: timeOf(oldestDueMs) }),
    ...(deliveredMs === undefined ? {} : { lastDelivered: timeOf(deliveredMs) }),
    ...(disabledMs === null ? {} : { disabled: timeOf(disabledMs), disabledWhy: disabledWhy ?? '' }),
  };
}

/** Of a webhook: how it signs. */
function signersIn(sink: Sink | undefined): { readonly signers?: readonly SignerDocument[] } {
  return sink?.kind === 'webhook' ? { signers: signersOf(sink) } : {};
}
