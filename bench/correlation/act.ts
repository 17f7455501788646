import { isKept } from '../../src/windows/index.ts';
import { madeEvents } from '../../test/made-event.ts';
import type { EventModel, SimulatedHost } from '../../testkit/index.ts';

/** What stands in a field in place of the simulator's value when an act is played again. */
export type Token =
  | { readonly kind: 'computer' | 'name' | 'account' | 'address' | 'mapped'; readonly role: number }
  | { readonly kind: 'listener'; readonly role: number }
  | { readonly kind: 'logon'; readonly role: number; readonly n: number }
  | { readonly kind: 'port'; readonly n: number }
  | { readonly kind: 'pid'; readonly role: number; readonly n: number; readonly isHex: boolean }
  | { readonly kind: 'guid'; readonly role: number; readonly n: number }
  | { readonly kind: 'logonGuid'; readonly n: number };

/** One record of an act: its constant fields, and where the others come from. */
export interface ActRow {
  readonly delayMs: number;
  readonly role: number;
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly names: readonly string[];
  readonly constants: Readonly<Record<string, string>>;
  /** Number of the token whose value the field has. */
  readonly tokens: Readonly<Record<string, number>>;
  /** Fields in which values stand among other text: literals and token numbers by turns. */
  readonly texts: Readonly<Record<string, readonly (string | number)[]>>;
}

/** An act of the simulator, made ready to be played with other machines, ids and times: only records that a hunt keeps. */
export interface Act {
  readonly name: string;
  readonly rows: readonly ActRow[];
  readonly tokens: readonly Token[];
  /** How many different ids of each kind it hands out. */
  readonly logons: number;
  readonly ports: number;
  readonly pids: number;
}

const LOGON_FIELDS = /^(?:TargetLogonId|SubjectLogonId|LogonId)$/;
const PORT_FIELDS = /^(?:IpPort|SourcePort|DestPort|DestinationPort)$/;
const PID_FIELDS = /^(?:ProcessId|ProcessID|NewProcessId|ParentProcessId|SourceProcessId|TargetProcessId)$/;
const PROCESS_GUID_FIELDS = /ProcessGU?ID$|ProcessGuid$/i;
const LOGON_GUID_FIELDS = /^(?:LogonGuid|TargetLogonGuid)$/;
const NO_GUID = /^\{?0{8}-/;
/** Below it are the processes that a machine has since its boot. */
const FIRST_PID = 2000;

/** Takes an act apart; `roles` are the machines that it happens on, of which the last is the controller. */
export function actOf(name: string, models: readonly EventModel[], roles: readonly SimulatedHost[]): Act {
  const tokens: Token[] = [];
  const numbers = new Map<string, number>();
  const token = (made: Token): number => {
    const key = JSON.stringify(made);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, tokens.push(made) - 1);
    return tokens.length - 1;
  };
  const [logons, ports, pids, guids] = [new Ids(), new Ids(), new Ids(), new Ids()];
  const events = madeEvents(models).filter(isKept);
  const startMs = Math.min(...events.map(({ timeMs }) => timeMs));
  const machineOf = (computer: string): number => {
    const role = roles.findIndex((host) => host.computer === computer);
    if (role < 0) throw new Error(`${name}: ${computer} plays no role`);
    return role;
  };
  const rows = events.map((event): ActRow => {
    const role = machineOf(event.computer);
    const constants: Record<string, string> = {};
    const bound: Record<string, number> = {};
    const texts: Record<string, readonly (string | number)[]> = {};
    for (const [field, text] of event.entries()) {
      const exact = exactToken(field, text, role);
      if (exact !== undefined) bound[field] = token(exact);
      else {
        const parts = partsOf(text);
        if (parts.length > 1) texts[field] = parts;
        else constants[field] = text;
      }
    }
    const { provider, channel, eventId, version } = event;
    const names = event.entries().map(([field]) => field);
    return {
      delayMs: event.timeMs - startMs,
      role,
      provider,
      channel,
      eventId,
      version,
      names,
      constants,
      tokens: bound,
      texts,
    };
  });
  return { name, rows, tokens, logons: logons.size, ports: ports.size, pids: pids.size };

  function exactToken(field: string, text: string, role: number): Token | undefined {
    for (const [n, host] of roles.entries()) {
      if (text === host.computer) return { kind: 'computer', role: n };
      if (text === host.address) return { kind: 'address', role: n };
      if (text === `::ffff:${host.address}`) return { kind: 'mapped', role: n };
      if (text === `${host.name}$`) return { kind: 'account', role: n };
      if (PORT_FIELDS.test(field) && text === String(host.winmgmtPort)) return { kind: 'listener', role: n };
    }
    if (LOGON_FIELDS.test(field) && Number(text) > 0x1000)
      return { kind: 'logon', role, n: logons.of(`${role} ${text}`) };
    if (PORT_FIELDS.test(field) && Number(text) >= 10_000) return { kind: 'port', n: ports.of(text) };
    if (PID_FIELDS.test(field) && Number(text) >= FIRST_PID)
      return { kind: 'pid', role, n: pids.of(`${role} ${Number(text)}`), isHex: text.startsWith('0x') };
    if (PROCESS_GUID_FIELDS.test(field)) return { kind: 'guid', role, n: guids.of(text) };
    if (LOGON_GUID_FIELDS.test(field) && !NO_GUID.test(text)) return { kind: 'logonGuid', n: guids.of(text) };
    return undefined;
  }

  /** Names of machines inside of command lines and services. */
  function partsOf(text: string): readonly (string | number)[] {
    let parts: (string | number)[] = [text];
    for (const [role, host] of roles.entries()) {
      const cuts: readonly (readonly [string, Token])[] = [
        [host.computer, { kind: 'computer', role }],
        [host.name, { kind: 'name', role }],
      ];
      for (const [word, made] of cuts) {
        parts = parts.flatMap((part) => {
          if (typeof part === 'number' || !part.includes(word)) return [part];
          return part.split(word).flatMap((piece, i) => (i === 0 ? [piece] : [token(made), piece]));
        });
      }
    }
    return parts;
  }
}

/** Numbers for different texts, in the order in which they come. */
class Ids {
  readonly #known = new Map<string, number>();

  get size(): number {
    return this.#known.size;
  }

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}
