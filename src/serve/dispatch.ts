import type { Readable } from 'node:stream';
import {
  type ApiAnswer,
  type ApiRequest,
  type ApiResponse,
  type Caller,
  checkBody,
  type Handler,
  isOwnHost,
  MAX_JSON_BYTES,
  type OperationId,
  type Problem,
  preconditionProblem,
  problemDocument,
  type Route,
  refused,
  routeOf,
  statusOf,
} from '../api/index.ts';
import { BODY_LIMITS, type BodyLimits, readBody, refusalByHeaders } from '../receive/index.ts';
import { foreignHeaders, foreignReply, isBetterUnsaid } from './foreign.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { pageAnswer } from './page/answer-page.ts';
import type { PageFiles } from './page/page-files.ts';
import type { AuditedRefusals } from './people/audited-refusals.ts';
import { withheldFrom } from './people/withhold.ts';
import { SparseLog } from './sparse-log.ts';

/** A request as it comes from a listener. */
export interface RawRequest {
  /** Of this request alone: its answer carries it as `x-request-id`, and lines of the log name it. */
  readonly id: string;
  readonly method: string;
  /** Path with query, as it was sent. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
  readonly peer: string;
  readonly arrivedMs: number;
  readonly signal: AbortSignal;
  /** Tells a client that waits for it that its body is wanted. */
  continueBody(): void;
}

export interface DispatchParts {
  readonly handlers: Readonly<Record<OperationId, Handler>>;
  readonly publicUrl: string | undefined;
  /** Of batches; other requests are JSON, and short. */
  readonly bodyLimits: BodyLimits;
  /** The page for browsers; undefined where it was not built. */
  readonly page: PageFiles | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Who asks, or why it is not let in. */
  authorize(request: RawRequest, route: Route): Promise<Caller | Problem>;
  /** Where it is written what a handler refuses to who was let in; the gate writes down what it refuses itself. */
  readonly refusals: Pick<AuditedRefusals, 'note'>;
  /** The server's clock, Unix milliseconds. */
  nowMs(): number;
  isStopping(): boolean;
}

/** What the listener writes: always whole or not at all, whatever went wrong. */
export interface Reply extends ApiAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** The route, for the log and the metrics. */
  readonly route: string;
  /** The connection is ended, and nothing of this is written. */
  readonly hangsUp?: boolean;
}

/** A listener that answers for one protocol alone, at an address of its own. */
export interface Door {
  readonly only: 'elastic' | 'hec' | 'otlp';
  /** The public address with the port of this one. */
  readonly publicUrl: string | undefined;
}

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Finds the route of a request, checks who asks and what is sent, and has it answered. */
export class Dispatcher {
  readonly #parts: DispatchParts;
  readonly #refusals: SparseLog;
  readonly #told: SparseLog;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
    this.#refusals = new SparseLog(parts.log, parts.nowMs);
    this.#told = new SparseLog(parts.log, parts.nowMs);
  }

  async answer(raw: RawRequest, door?: Door): Promise<Reply> {
    const question = raw.target.indexOf('?');
    const asked = question < 0 ? raw.target : raw.target.slice(0, question);
    const path = door?.only === 'elastic' ? belowElastic(asked) : asked;
    if (!isOwnHost(raw.headers['host'], door === undefined ? this.#parts.publicUrl : door.publicUrl)) {
      return replyTo({ code: 'misdirected', closes: true }, path, undefined, raw);
    }
    const page = door === undefined ? pageAnswer({ ...raw, path }, this.#parts.page) : undefined;
    if (page !== undefined) return { ...page, route: 'page' };
    const routing = routeOf(raw.method, path);
    if (routing.kind === 'notFound') return replyTo({ code: 'not_found' }, path, undefined, raw);
    if (routing.kind === 'methodNotAllowed') {
      const reply = replyTo({ code: 'method_not_allowed' }, path, undefined, raw);
      return { ...reply, headers: { ...reply.headers, allow: routing.allow.join(', ') } };
    }
    const { route, params } = routing;
    if (door !== undefined && route.foreign !== door.only) return replyTo({ code: 'not_found' }, path, undefined, raw);
    const response = await this.#ask(raw, route, params, path, new URLSearchParams(raw.target.slice(asked.length)));
    if (response.kind === 'problem') {
      const reply = replyTo(response.problem, path, route, raw);
      return isBetterUnsaid(route, raw, reply.status) ? { ...reply, hangsUp: true } : reply;
    }
    return { ...response, headers: { ...HEADERS, ...foreignHeaders(route), ...response.headers }, route: route.id };
  }

  async #ask(
    raw: RawRequest,
    route: Route,
    params: Readonly<Record<string, string>>,
    path: string,
    query: URLSearchParams,
  ): Promise<ApiResponse> {
    const { metrics } = this.#parts;
    const isIngest = route.access !== 'open' && route.access.startsWith('ingest');
    if (isIngest && this.#parts.isStopping()) return refused({ code: 'stopping', retryAfterMs: 5000, closes: true });
    const caller = route.access === 'open' ? undefined : await this.#parts.authorize(raw, route);
    if (caller !== undefined && 'code' in caller) {
      metrics.count('triad_auth_failures_total', [caller.code]);
      this.#refusals.info('auth refused', { request: raw.id, route: route.id, code: caller.code, peer: raw.peer });
      return refused({ ...caller, closes: raw.method === 'POST' || raw.method === 'PUT' });
    }
    // A body that its headers alone refuse is not asked for.
    const limits = route.request === undefined ? this.#parts.bodyLimits : JSON_LIMITS;
    if (refusalByHeaders(raw.headers, limits) === undefined) raw.continueBody();
    const { id, method, headers, body, peer, arrivedMs, signal } = raw;
    const request = {
      id,
      method,
      path,
      params,
      query,
      headers,
      body,
      peer,
      arrivedMs,
      signal,
      caller,
      json: undefined,
    };
    const answer = await this.#answered(route, request);
    if (answer.kind === 'problem') this.#tell(answer.problem, { id, route, peer, caller });
    return answer;
  }

  /** Pages show people the id of what was refused to them: the log has a line of it. What shippers are refused is counted. */
  #tell({ code }: Problem, { id, route, peer, caller }: Pick<ApiRequest, 'id' | 'peer' | 'caller'> & { route: Route }) {
    const line = { request: id, route: route.id, code };
    if (caller?.sender === '') this.#told.info('request refused', { ...line, who: caller.name });
    // A password that was tried has its line where it was; of what was typed nothing is said.
    if (route.id === 'signIn' && code !== 'sign_in_failed') this.#refusals.info('auth refused', { ...line, peer });
  }

  /** What comes of a request of who was let in: its body is read, and its headers hold. */
  async #answered(route: Route, request: ApiRequest): Promise<ApiResponse> {
    const { headers, body, signal } = request;
    try {
      const unmet = preconditionProblem(route, headers);
      if (route.request === undefined) {
        return unmet === undefined ? await this.#handled(route, request) : refused(unmet);
      }
      const read = await readBody(body, headers, JSON_LIMITS, { nowMs: this.#parts.nowMs, signal });
      if (read.kind === 'refused') {
        return refused({ code: codeOfBody(read.status), detail: read.reason, closes: read.closeConnection });
      }
      const checked = checkBody(route.request, read.bytes);
      if (checked.kind === 'problem') return refused(checked.problem);
      if (unmet !== undefined) return refused(unmet);
      return await this.#handled(route, { ...request, json: checked.value });
    } catch (cause) {
      // A bug in a handler: the server answers and goes on; the log has what is needed to mend it.
      const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: undefined };
      this.#parts.log.error('request failed', { request: request.id, route: route.id, message, stack });
      return refused({ code: 'internal', closes: true });
    }
  }

  /** What the handler answers, as the caller may see it; what it refuses is audited as that of the gate is. */
  async #handled({ id }: Route, request: ApiRequest): Promise<ApiResponse> {
    const { handlers, refusals } = this.#parts;
    const { caller, peer, id: asked } = request;
    const answer = withheldFrom(caller, id, await handlers[id](request));
    if (caller === undefined || answer.kind !== 'problem' || !AUDITED.has(answer.problem.code)) return answer;
    const session = caller.person === undefined ? {} : { session: caller.person.session };
    await refusals.note({ who: caller.name, ...session, route: id, code: answer.problem.code, peer, request: asked });
    return answer;
  }
}

/** Refusals that are written down: for want of a right, and of other bytes under the id of a batch (L19). */
const AUDITED: ReadonlySet<Problem['code']> = new Set<Problem['code']>([
  'batch_conflict',
  'role_insufficient',
  'scope_insufficient',
  'password_change_required',
]);

/** At its own address Elasticsearch's paths stand at the root, as shippers have them, and where they are at the address for everything. */
function belowElastic(path: string): string {
  return path.startsWith(`${ELASTIC}/`) || path === ELASTIC ? path : ELASTIC + path;
}

const ELASTIC = '/elastic';

const JSON_LIMITS = {
  ...BODY_LIMITS,
  encodedBytes: MAX_JSON_BYTES,
  decodedBytes: MAX_JSON_BYTES,
  drainBytes: MAX_JSON_BYTES,
};

/** The code of a refused body by its status; the reason stands in the detail. */
export function codeOfBody(status: number): Problem['code'] {
  if (status === 408) return 'timeout';
  if (status === 413) return 'too_large';
  if (status === 415) return 'media_type_unsupported';
  if (status === 429) return 'too_many_requests';
  return status === 503 ? 'stopping' : 'bad_body';
}

/** How long whoever is told to come back waits where nothing better is known, milliseconds. */
const RETRY_MS = 5000;

/** A refusal in the form of who asked: of another product's protocol, or `application/problem+json`. */
function replyTo(problem: Problem, path: string, route: Route | undefined, { id, headers: asked }: RawRequest): Reply {
  const foreign = route === undefined ? undefined : foreignReply(route, problem, asked);
  const status = foreign?.status ?? statusOf(problem.code);
  const isPassing = status === 429 || status === 503;
  const retryAfterMs = problem.retryAfterMs ?? (isPassing ? RETRY_MS : undefined);
  const headers = {
    ...HEADERS,
    ...(route === undefined ? {} : foreignHeaders(route)),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="triad"' } : {}),
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
  };
  const closes = problem.closes === true ? { closes: true } : {};
  const name = route?.id ?? 'none';
  if (foreign !== undefined) return { kind: 'answer', ...foreign, headers, ...closes, route: name };
  const body = `${JSON.stringify(problemDocument(problem, { instance: path.slice(0, 256), requestId: id }))}\n`;
  return { kind: 'answer', status, type: 'application/problem+json', headers, body, ...closes, route: name };
}
