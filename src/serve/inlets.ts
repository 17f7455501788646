import { resolve } from 'node:path';
import type { ServerParts } from './server-parts.ts';
import { listenSyslog, type SyslogListener } from './syslog/listener.ts';
import { FolderWatch } from './watch/folder-watch.ts';

/** Why a way in cannot be opened, and what to do. */
export interface InletProblem {
  readonly code: string;
  readonly message: string;
  readonly action: string;
}

/** The ways by which events come besides HTTP: whoever sends by them gets no answer, and is read no faster than the journal takes. */
export class Inlets {
  readonly #parts: ServerParts;
  #syslog: SyslogListener | undefined;
  #watch: FolderWatch | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** Where syslog is taken: `tcp://HOST:PORT`, `tls://HOST:PORT`. */
  get syslogAddresses(): readonly string[] {
    return this.#syslog?.addresses ?? [];
  }

  /** What they hold and have open, for the health. */
  get figures(): Readonly<Record<string, number>> {
    return {
      syslogConnections: this.#syslog?.connections ?? 0,
      syslogHeldBytes: this.#syslog?.heldBytes ?? 0,
      ...this.#watch?.figures,
    };
  }

  /** Opens what is set. `onFailure` is told of what the server cannot go on from. */
  async open(onFailure: (cause: unknown) => void): Promise<InletProblem | undefined> {
    const { request, taker, traffic, metrics, log, state, marks } = this.#parts;
    const { settings, tls, nowMs } = request;
    const { syslog, limits, watch } = settings;
    const listening = await listenSyslog({
      settings: syslog,
      tls,
      messageMs: limits.idleTime,
      taker,
      traffic,
      metrics,
      log,
      nowMs,
    });
    if (listening.kind === 'problem') {
      const { code, message } = listening;
      return {
        code,
        message: `syslog: ${message}`,
        action: 'Choose another address with syslog.listen, syslog.listenTls.',
      };
    }
    this.#syslog = listening.listener;
    if (watch.folders.length === 0) return undefined;
    const folders = watch.folders.map((folder) => resolve(folder));
    this.#watch = new FolderWatch({
      folders,
      intervalMs: watch.interval,
      taker,
      traffic,
      metrics,
      log,
      state,
      marks,
      nowMs,
    });
    this.#watch.start(onFailure);
    return undefined;
  }

  /** What is not well with them, in sentences. */
  get degraded(): readonly string[] {
    return this.#watch?.degraded ?? [];
  }

  /** Waits until all that rests in watched folders is in the journal. */
  async looked(): Promise<void> {
    await this.#watch?.looked();
  }

  useCertificate(tls: { readonly certificate: string; readonly key: string }): void {
    this.#syslog?.useCertificate(tls);
  }

  /** Ends them; settles when what was read of them is on stable storage, or the time is over. */
  async close(withinMs: number): Promise<void> {
    await Promise.all([this.#syslog?.close(withinMs), this.#watch?.close()]);
  }
}
