import { type Event, imageTail, SCRIPT_HOST } from '../windows/index.ts';
import { isAccountSid, isSameAccount, joinAccount } from './account.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import { spreadOf, textOf } from './field-values.ts';
import type { Who } from './types.ts';

/** A group is one host. They are asked for when the run ends, so that only the bounds let go of them. */
const BOUNDS = { max: 8192, quota: 1024, maxBytes: 12 << 20, keptMs: Number.POSITIVE_INFINITY };
/** Logons of one burst are at most this far apart (DOMAIN 3.2 C08), and as far from what they confirm (J14). */
const BURST_MS = 2000;

interface AuthzLogon extends DatedRow {
  readonly account: string;
  readonly sid: string | undefined;
  readonly image: string | undefined;
}

/** Logons that WMI made for itself to ask what an account may do: when a subscription is made or fires (DOMAIN 2.2 #27). */
export interface AuthzBurst {
  readonly account: string;
  /** True where the script host made it: a script consumer ran. */
  readonly isOfScriptHost: boolean;
  readonly timeMs: number;
  readonly events: readonly Event[];
}

/** 4624 with the logon process `Authz`: J14. */
export class AuthzLogons {
  readonly #rows = new DatedRows(BOUNDS, { host: (row: AuthzLogon) => row.host });

  get evicted(): number {
    return this.#rows.evicted;
  }

  accept(host: string, event: Event): void {
    if (event.get('LogonProcessName')?.trim() !== 'Authz') return;
    const account = joinAccount(event.get('TargetDomainName'), event.get('TargetUserName'));
    if (account === undefined) return;
    this.#rows.add(host, {
      host,
      timeMs: event.timeMs,
      timeTicks: event.timeTicks,
      event: event.detach(),
      account,
      sid: textOf(event, 'TargetUserSid'),
      image: textOf(event, 'ProcessName'),
    });
  }

  /**
   * The burst of the account within 2 s of a time: two logons or more by Winmgmt's svchost, or one by scrcons.exe
   * (DOMAIN 3.2 C08). A whole-second time is the second behind it (SETTLED C2).
   */
  burstAt(host: string, who: Who, atMs: number, atTicks = 0): AuthzBurst | undefined {
    const fromMs = atMs - BURST_MS - 999;
    const toMs = atMs + spreadOf(atMs, atTicks) + BURST_MS;
    const near = this.#rows
      .of('host', host, fromMs, toMs)
      .filter((row) => row.timeMs + spreadOf(row.timeMs, row.timeTicks) >= atMs - BURST_MS && isOf(row, who));
    const scripts = near.filter((row) => imageTail(row.image) === SCRIPT_HOST);
    const burst = scripts.length > 0 ? scripts : near.length >= 2 ? near : [];
    const [first] = burst;
    if (first === undefined) return undefined;
    return {
      account: first.account,
      isOfScriptHost: scripts.length > 0,
      timeMs: first.timeMs,
      events: burst.map(({ event }) => event),
    };
  }
}

function isOf(row: AuthzLogon, { account, sid }: Who): boolean {
  if (isAccountSid(sid) && row.sid !== undefined) return row.sid === sid;
  return account !== undefined && isSameAccount(row.account, account);
}
