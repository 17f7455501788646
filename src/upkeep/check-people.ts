import type { ListedKey, Outcome, Page, PageRequest, StateReader } from '../state/index.ts';
import { type Check, ok, warn } from './finding.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A key that ends so soon is to be rotated now. */
const SOON_MS = 14 * DAY_MS;
/** A sender that sent before and not since then is silent; uses are noted by the hour. */
const SILENT_MS = 25 * HOUR_MS;
/** A clock that is behind what was stored by more than this was set back. */
const SKEW_MS = 5000;
/** What to do where the state does not answer. */
const LATER = 'Look at what is said of the state, and ask again.';
/** Most rows of a list that are looked at. */
const MOST = 20_000;

/** The clock against what was stored, people, keys, senders and dead letters. */
export function checkPeople(reader: StateReader, nowMs: number): readonly Check[] {
  const keys = all((page) => reader.call('listKeys', page));
  const senders = all((page) => reader.call('listSenders', page));
  const active = new Set(senders.filter(({ state }) => state === 'active').map(({ id }) => id));
  const used = keys.filter(({ revokedMs, sender }) => revokedMs === null && (sender === null || active.has(sender)));
  return [
    checkClock(reader, nowMs),
    checkGiven(reader, nowMs),
    checkKeys(used, nowMs),
    checkSenders(used, active, nowMs),
    checkLetters(reader),
  ];
}

function all<Row>(ask: (page: PageRequest) => Outcome<Page<Row>>): readonly Row[] {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = ask({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') break;
    rows.push(...page.value.rows);
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined && rows.length < MOST);
  return rows;
}

function checkClock(reader: StateReader, nowMs: number): Check {
  const now = new Date(nowMs).toISOString();
  const newest = reader.call('listAudit', { limit: 1 });
  const storedMs = newest.kind === 'done' ? (newest.value.rows[0]?.atMs ?? 0) : 0;
  if (storedMs <= nowMs + SKEW_MS) return ok('clock', `The clock says ${now}; nothing stored is later.`);
  const text = `The clock says ${now}, and what was stored last is of ${new Date(storedMs).toISOString()}.`;
  return warn('clock', text, 'Put the clock right: lifetimes of keys and times of arrival follow it.');
}

/** One-time passwords that nobody took up. */
function checkGiven(reader: StateReader, nowMs: number): Check {
  const given = reader.call('givenLongAgo', { nowMs });
  if (given.kind === 'refused') return warn('people', `It cannot be told: ${given.message}`, LATER);
  const { count, people } = given.value;
  if (count === 0) return ok('people', 'No one-time password is older than 7 days and was not changed.');
  const named = people.map(({ name, passwordMs }) => `${name} (${new Date(passwordMs).toISOString().slice(0, 10)})`);
  const more = count > people.length ? ` and ${count - people.length} more` : '';
  const text = `One-time passwords that were never changed: ${named.join(', ')}${more}; whoever saw one can take up the account.`;
  return warn('people', text, 'Sign in and change it, or triad user reset NAME, or triad user role NAME none.');
}

function checkKeys(keys: readonly ListedKey[], nowMs: number): Check {
  const ended = keys.filter(({ expiresMs }) => expiresMs <= nowMs);
  const soon = keys.filter(({ expiresMs }) => expiresMs > nowMs && expiresMs - nowMs < SOON_MS);
  const name = ({ id, sender, expiresMs }: ListedKey): string =>
    `${id} (${sender ?? 'reading'}, ${new Date(expiresMs).toISOString().slice(0, 10)})`;
  // A key that ended and was followed by another of its sender needs nobody.
  const missed = ended.filter(({ sender }) => !keys.some((key) => key.sender === sender && key.expiresMs > nowMs));
  const bad = [...missed, ...soon];
  if (bad.length === 0) return ok('keys', `${keys.length - ended.length} keys are good for 14 days and longer.`);
  const more = bad.length > 3 ? ` and ${bad.length - 3} more` : '';
  const text = `Ended or ending within 14 days: ${bad.slice(0, 3).map(name).join(', ')}${more}.`;
  return warn('keys', text, 'triad key rotate ID, give the new one to the sender, then triad key revoke ID.');
}

function checkSenders(keys: readonly ListedKey[], active: ReadonlySet<string>, nowMs: number): Check {
  const lastUse = new Map<string, number>();
  for (const { sender, usedHourMs } of keys) {
    if (sender !== null && usedHourMs !== null) lastUse.set(sender, Math.max(lastUse.get(sender) ?? 0, usedHourMs));
  }
  const silent = [...lastUse].filter(([, ms]) => nowMs - ms > SILENT_MS).sort((a, b) => a[1] - b[1]);
  const never = active.size - lastUse.size;
  if (silent.length === 0) {
    const unused = never > 0 ? `, ${never} never` : '';
    return ok('senders', `${active.size} senders: ${lastUse.size} sent within a day${unused}.`);
  }
  const named = silent.slice(0, 3).map(([id, ms]) => `${id} since ${new Date(ms).toISOString().slice(0, 13)}h`);
  const more = silent.length > 3 ? ` and ${silent.length - 3} more` : '';
  return warn('senders', `Silent: ${named.join(', ')}${more}.`, 'Look at the shipper; revoke a sender that is gone.');
}

function checkLetters(reader: StateReader): Check {
  const open = reader.call('listDeadLetters', { limit: 1000, state: 'open' });
  if (open.kind === 'refused') return warn('dead letters', `It cannot be told: ${open.message}`, LATER);
  const count = open.value.rows.length;
  if (count === 0) return ok('dead letters', 'No event waits that could not be read.');
  const more = open.value.next !== null ? ' and more' : '';
  const [newest] = open.value.rows;
  const text = `${count}${more} events could not be read (newest: ${newest?.code}, of ${newest?.sender}).`;
  return warn('dead letters', text, 'triad deadletter list, mend the reading, then triad deadletter retry.');
}
