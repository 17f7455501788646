import { readFile } from 'node:fs/promises';
import { type ApiAnswer, type Handler, jsonAnswer, openApiDocument } from '../../api/index.ts';
import type { Metrics } from '../metrics.ts';

/** One part of the server and what is not well with it: a sentence for each. */
export interface PartHealth {
  readonly part: string;
  readonly degraded: readonly string[];
  /** Those of `degraded` by which it does nothing of its work any more; none where left out. */
  readonly stopped?: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface HealthParts {
  readonly version: string;
  readonly metrics: Metrics;
  /** Puts the gauges right before they are read. */
  measure(): Promise<void>;
  health(): Promise<readonly PartHealth[]>;
  /** Why no events are taken now; undefined while they are. */
  notReady(): string | undefined;
  /** How late the main thread was at most lately, milliseconds. */
  lagMs(): number;
}

/** The definitions of a hunt's result. */
const COMMON = new URL('../../../schemas/common.schema.json', import.meta.url);

const STUCK_MS = 5000;
const TEXT = 'text/plain; charset=utf-8';

export function healthHandlers(
  parts: HealthParts,
): Readonly<Record<'livez' | 'readyz' | 'healthDetail' | 'metrics' | 'openapi', Handler>> {
  const { version, metrics } = parts;
  let document: Uint8Array | undefined;
  return {
    livez: () => (parts.lagMs() < STUCK_MS ? plain(200, 'ok\n') : plain(503, 'the main thread is stuck\n')),
    readyz: () => {
      const reason = parts.notReady();
      return reason === undefined ? plain(200, 'ok\n') : plain(503, `${reason}\n`);
    },
    healthDetail: async () => {
      const all = await parts.health();
      const status = healthStatus(all, parts.notReady());
      return jsonAnswer({ status, version, parts: all });
    },
    metrics: async () => {
      await parts.measure();
      return { ...plain(200, metrics.text()), type: 'text/plain; version=0.0.4; charset=utf-8' };
    },
    openapi: async () => {
      document ??= Buffer.from(`${JSON.stringify(await apiDocument(version))}\n`);
      return { kind: 'answer', status: 200, type: 'application/json', body: document };
    },
  };
}

async function apiDocument(version: string): Promise<object> {
  return openApiDocument(version, JSON.parse(await readFile(COMMON, 'utf8')) as Readonly<Record<string, unknown>>);
}

/** In one word. */
export function healthStatus(parts: readonly PartHealth[], notReady: string | undefined): string {
  return notReady !== undefined ? 'notReady' : parts.some(isDegraded) ? 'degraded' : 'ok';
}

function isDegraded({ degraded }: PartHealth): boolean {
  return degraded.length > 0;
}

function plain(status: number, body: string): ApiAnswer {
  return { kind: 'answer', status, type: TEXT, body };
}
