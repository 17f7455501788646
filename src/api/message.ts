import type { Readable } from 'node:stream';
import type { Role } from '../people/index.ts';
import type { Problem } from './problem.ts';

/** Who asks: the holder of a key, of the token of this machine, or a person who is signed in. */
export interface Caller {
  /** The id of the key; of a person `session:NUMBER`. */
  readonly key: string;
  readonly sender: string;
  readonly scopes: readonly string[];
  /** As the audit names it: `key:ID`, `local:USER`, or the name of a person. */
  readonly name: string;
  /** Absent where a key asks. */
  readonly person?: SignedIn;
}

/** A person with the session that they ask in. */
export interface SignedIn {
  readonly name: string;
  readonly role: Role;
  /** Number of the session. */
  readonly session: number;
  /** The password was given out, and is good for nothing but to choose another one. */
  readonly mustChange: boolean;
  /** When the session ends whatever is done, Unix milliseconds. */
  readonly endsMs: number;
  /** What a page shows with each change. */
  readonly csrf: string;
}

/** One request, as a handler sees it. */
export interface ApiRequest {
  /** Of this request alone: its answer has it (`X-Request-Id`), the log and the audit name it. */
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands in the braces of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case; of several lines of one name the first counts, but for those that may be repeated. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
  /** The body as its schema reads it, where the route has one. */
  readonly json: unknown;
  /** The address of the other end, or what a trusted proxy says of it. */
  readonly peer: string;
  readonly caller: Caller | undefined;
  /** Unix milliseconds. */
  readonly arrivedMs: number;
  /** Aborted when the other end goes away, or the server ends. */
  readonly signal: AbortSignal;
}

/** One answer: JSON, text or bytes, or a refusal. */
export type ApiResponse = ApiAnswer | { readonly kind: 'problem'; readonly problem: Problem };

export interface ApiAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** True when the rest of the request was not read: the connection cannot be used again. */
  readonly closes?: boolean;
  /** An answer without an end of its own, in place of a body: it is handed the other end when the head is written. */
  readonly stream?: (out: StreamOut) => void;
}

/** The other end of an answer that goes on. */
export interface StreamOut {
  /** What was written and the other end did not take yet, in bytes. */
  readonly waitingBytes: number;
  write(text: string): void;
  /** What was written goes out before the end. */
  end(): void;
  /** Ends at once, whatever waits. */
  destroy(): void;
  /** Told once, however it ends. */
  onClose(told: () => void): void;
}

export type Handler = (request: ApiRequest) => Promise<ApiResponse> | ApiResponse;

export function jsonAnswer(of: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return { kind: 'answer', status, type: 'application/json', headers, body: `${JSON.stringify(of)}\n` };
}

export function refused(problem: Problem): ApiResponse {
  return { kind: 'problem', problem };
}
