import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  jsonAnswer,
  type PinDocument,
  type PinRequest,
  refused,
  seenTagOf,
} from '../../api/index.ts';
import { checkFields, commandPrint, dayOf, documentOf, type Field, isPastReview, type Pin } from '../../pins/index.ts';
import type { State } from '../../state/index.ts';
import type { PinShelf, Shelved } from '../pin-shelf.ts';
import { byOf } from './by.ts';
import { readQuery } from './query.ts';

export interface PinParts {
  readonly state: State;
  readonly pins: PinShelf;
  nowMs(): number;
}

/** Pins of a running server: all are listed, those of the API are added and taken out (SETTLED G8). */
export function pinHandlers(parts: PinParts): Readonly<Record<'listPins' | 'addPin' | 'removePin', Handler>> {
  const { pins, nowMs } = parts;
  const keep =
    (action: string, request: ApiRequest) =>
    async (pin: Pin): Promise<string | undefined> => {
      const act = { action, object: `pin/${pin.id}`, result: documentOf(pin) };
      const kept = await parts.state.call('appendAudit', { by: byOf(request, nowMs()), act });
      return kept.kind === 'refused' ? kept.message : undefined;
    };
  return {
    listPins: ({ query }) => {
      const read = readQuery(query, {}, new Set());
      if (read.kind !== 'values') return read;
      const items = pins.pins.map((pin) => documentOfPin(pin, parts));
      return jsonAnswer({
        items,
        pastReview: items.filter((pin) => pin.isPastReview).length,
        unmatched: items.filter(({ lowers }) => lowers !== undefined && lowers.subscriptions + lowers.findings === 0)
          .length,
      });
    },
    addPin: async (request) => {
      const { json } = request;
      const { pin, problems } = checkFields(fieldsOf(json as PinRequest, nowMs()));
      if (pin === undefined) {
        const errors = problems.map(({ field, message, action }) => ({
          pointer: `/${field}`,
          detail: `${message} ${action}`,
        }));
        return refused({ code: 'invalid', errors });
      }
      const shelved = await pins.add(pin, keep('pin.add', request));
      return answerOf(shelved, parts, shelved.kind === 'pin' && !shelved.isKnown ? 201 : 200);
    },
    removePin: async (request) => {
      const { params, headers } = request;
      const seen = seenTagOf(headers);
      const isSeen = (pin: Pin): boolean => seen === etagOf(pin);
      const shelved = await pins.remove(params['id'] ?? '', isSeen, keep('pin.remove', request));
      return answerOf(shelved, parts, 200);
    },
  };
}

function answerOf(shelved: Shelved, parts: PinParts, status: number): ApiResponse {
  switch (shelved.kind) {
    case 'pin':
      return jsonAnswer(documentOfPin(shelved.pin, parts), status, { etag: etagOf(shelved.pin) });
    case 'unknown':
      return refused({ code: 'not_found', detail: 'No pin has this id.' });
    case 'stale':
      return refused({ code: 'precondition_failed', detail: 'It has another review now.' });
    case 'conflict':
      return refused({ code: 'conflict', detail: shelved.why });
    case 'failed':
      return refused({ code: 'storage_unavailable', detail: shelved.why, retryAfterMs: 1000 });
  }
}

/** What can change of a pin that keeps its id, and matters: until when it was given. */
function etagOf({ review }: Pin): string {
  return `"${review}"`;
}

export function fieldsOf({ commandLine, command, ...given }: PinRequest, nowMs: number): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) fields.set(name, { value });
  const print = command ?? commandPrint(commandLine);
  if (print !== undefined) fields.set('command', { value: print });
  return fields.set('created', { value: dayOf(nowMs) });
}

function documentOfPin(pin: Pin, { pins, nowMs }: PinParts): PinDocument {
  const { callers, ...rest } = pin;
  const hits = pins.hitsOf(pin.id);
  return {
    ...rest,
    ...callers,
    isPastReview: isPastReview(pin, nowMs()),
    ...(hits === undefined ? {} : { lowers: { subscriptions: hits.subscriptions, findings: hits.findings } }),
  };
}
