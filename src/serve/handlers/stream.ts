import { type Handler, refused, type StreamOut } from '../../api/index.ts';
import { seesNoEvidence, streamTypesFor } from '../people/withhold.ts';
import { CHANGE_TYPES } from '../stream/change-ring.ts';
import { type StreamPlace, type StreamRequest, streamPlace } from '../stream/stream-hub.ts';
import { type QueryValue, readQuery, someOf } from './query.ts';

export interface StreamParts {
  /** Why a key gets no further stream now. */
  refusal(key: string): string | undefined;
  open(request: StreamRequest, out: StreamOut): void;
}

const PLACE: QueryValue<StreamPlace> = { says: 'the id of an event of this stream', read: streamPlace };
const QUERY = { types: someOf(CHANGE_TYPES), last_event_id: PLACE };
/** How long a reader that has too many streams is asked to wait. */
const AGAIN_MS = 10_000;

/** The stream of changes (SERVE 6): an answer that goes on. */
export function streamHandlers(stream: StreamParts): Readonly<Record<'streamChanges', Handler>> {
  return {
    streamChanges: ({ query, headers, caller, method }) => {
      const read = readQuery(query, QUERY, new Set());
      if (read.kind !== 'values') return read;
      const header = headers['last-event-id'];
      const told = header === undefined || header === '' ? undefined : streamPlace(header);
      if (header !== undefined && header !== '' && told === undefined)
        return refused({ code: 'bad_request', detail: `Last-Event-ID is ${PLACE.says}.` });
      const key = caller?.key ?? '';
      const why = method === 'HEAD' ? undefined : stream.refusal(key);
      if (why !== undefined) return refused({ code: 'too_many_requests', detail: why, retryAfterMs: AGAIN_MS });
      const { types: wanted, last_event_id: asked } = read.values;
      const theirs = streamTypesFor(caller, wanted, CHANGE_TYPES);
      if ('why' in theirs) {
        const code = caller?.person === undefined ? 'scope_insufficient' : 'role_insufficient';
        return refused({ code, detail: theirs.why });
      }
      // A browser that comes again tells where it was, whatever the address that it began with says.
      const isWithheld = seesNoEvidence(caller);
      const request = { key, isWithheld, types: new Set<string>(theirs.types), after: told ?? asked };
      return {
        kind: 'answer',
        status: 200,
        type: 'text/event-stream',
        headers: { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
        stream: (out) => stream.open(request, out),
      };
    },
  };
}
