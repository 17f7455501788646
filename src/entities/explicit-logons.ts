import { type Event, imageTail } from '../windows/index.ts';
import { joinAccount } from './account.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import { guidOf, logonIdOf, numberOf, textOf } from './field-values.ts';

/** A group is one host. */
const BOUNDS = { max: 16_384, quota: 1024, maxBytes: 24 << 20, keptMs: 3_600_000 };

/** The protocol that the service name of a 4648 tells (DOMAIN 2.2 #47). */
export type SpnProtocol = 'rpc' | 'http' | 'host' | 'smb' | 'other';

const PROTOCOLS: ReadonlyMap<string, SpnProtocol> = new Map([
  ['rpcss', 'rpc'],
  ['rpc', 'rpc'],
  ['http', 'http'],
  ['wsman', 'http'],
  ['host', 'host'],
  ['cifs', 'smb'],
]);

/** One 4648: credentials that a process of this host used towards another one. */
export interface ExplicitLogon extends DatedRow {
  /** Who used them, `DOMAIN\name`. */
  readonly account: string | undefined;
  readonly sid: string | undefined;
  readonly logonId: string | undefined;
  /** Whose they were. */
  readonly target: string;
  /** Host key of the server, or its name in lower case. */
  readonly server: string;
  /** As written. */
  readonly serverName: string;
  /** Undefined where TargetInfo holds no service name. */
  readonly protocol: SpnProtocol | undefined;
  /** Lower case; undefined for the zero GUID of NTLM and of cached tickets (J5). */
  readonly guid: string | undefined;
  readonly image: string | undefined;
  readonly pid: number | undefined;
  /** True for svchost: RPC speaks for the program that called (DOMAIN 2.2 #47). */
  readonly isOfService: boolean;
}

/** Credentials used towards other machines (4648): J5, J7, J17. */
export class ExplicitLogons {
  readonly #rows = new DatedRows(BOUNDS, {
    server: (row: ExplicitLogon) => row.server,
    host: ({ host }) => host,
    guid: ({ guid }) => guid,
  });
  readonly #hostOf: (name: string) => string;

  constructor(hostOf: (name: string) => string) {
    this.#hostOf = hostOf;
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  accept(host: string, event: Event): ExplicitLogon | undefined {
    const serverName = textOf(event, 'TargetServerName');
    const target = joinAccount(event.get('TargetDomainName'), event.get('TargetUserName'));
    if (serverName === undefined || target === undefined) return undefined;
    const server = this.#hostOf(serverName.replace(/\$$/, ''));
    if (server === host || server === 'localhost') return undefined;
    const image = textOf(event, 'ProcessName');
    const row: ExplicitLogon = {
      host,
      timeMs: event.timeMs,
      timeTicks: event.timeTicks,
      event: event.detach(),
      account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
      sid: textOf(event, 'SubjectUserSid'),
      logonId: logonIdOf(event.get('SubjectLogonId')),
      target,
      server,
      serverName,
      protocol: protocolOf(textOf(event, 'TargetInfo')),
      guid: guidOf(event.get('TargetLogonGuid')),
      image,
      pid: numberOf(textOf(event, 'ProcessId')),
      isOfService: imageTail(image) === 'svchost.exe',
    };
    this.#rows.add(host, row);
    return row;
  }

  /** Towards this server, in the window, in order of time. */
  towards(server: string, fromMs: number, toMs: number): readonly ExplicitLogon[] {
    return this.#rows.of('server', server, fromMs, toMs);
  }

  /** From this host, in the window, in order of time. */
  from(host: string, fromMs: number, toMs: number): readonly ExplicitLogon[] {
    return this.#rows.of('host', host, fromMs, toMs);
  }

  /** With this TargetLogonGuid, in order of time. */
  withGuid(guid: string): readonly ExplicitLogon[] {
    return this.#rows.of('guid', guid);
  }

  expire(nowMs: number): void {
    this.#rows.expire(nowMs);
  }
}

function protocolOf(info: string | undefined): SpnProtocol | undefined {
  const slash = info?.indexOf('/') ?? -1;
  if (info === undefined || slash <= 0) return undefined;
  return PROTOCOLS.get(info.slice(0, slash).toLowerCase()) ?? 'other';
}
