import { type KnownIncident, membersOf, type Revisions, type ToldRevision } from '../../live/index.ts';
import type { SettledIncidents } from './messages.ts';

/**
 * What was told of incidents, by whichever lane: one version counts for all of them. An incident belongs to the lane that told it
 * last; what the state knew at the start belongs to none yet.
 */
export class ToldBook {
  readonly #known: Map<string, KnownIncident>;
  readonly #owners = new Map<string, object>();

  constructor(known: readonly KnownIncident[]) {
    this.#known = new Map(known.map((one) => [one.id, one]));
  }

  get(id: string): KnownIncident | undefined {
    return this.#known.get(id);
  }

  /** What a lane is compared with: its own, what it holds, for the main lane what is nobody's, and what is wholly among the members that it found. */
  of(
    lane: object,
    holds: ReadonlySet<string>,
    takesUnclaimed: boolean,
    found: readonly string[] = [],
  ): ReadonlyMap<string, KnownIncident> {
    const members = new Set(found);
    const own = new Map<string, KnownIncident>();
    for (const [id, known] of this.#known) {
      const owner = this.#owners.get(id);
      const isOwn = owner === lane || holds.has(id) || (owner === undefined && takesUnclaimed);
      if (isOwn || isTakenIn(known, members)) own.set(id, known);
    }
    return own;
  }

  /** What another lane holds with all members of an incident, or what was told at last with all of them and more. To be asked of all incidents of one judgement. */
  elsewhere(
    lane: object,
    isHeldBy: (owner: object | undefined, id: string) => boolean,
  ): (members: readonly string[]) => KnownIncident | undefined {
    const holders = new Map<string, Holder[]>();
    for (const [id, known] of this.#known) {
      const owner = this.#owners.get(id);
      if (owner === lane) continue;
      const isTheirs = known.standing === 'told' ? isHeldBy(owner, id) : known.standing === 'final';
      if (!isTheirs) continue;
      const holder = { known, members: new Set(known.members) };
      for (const member of holder.members) {
        const others = holders.get(member);
        if (others === undefined) holders.set(member, [holder]);
        else others.push(holder);
      }
    }
    return (members) => {
      const few = fewestHolders(holders, members);
      return few.find(({ known, members: theirs }) => {
        const isMore = theirs.size > members.length;
        return (isMore || known.standing === 'told') && members.every((member) => theirs.has(member));
      })?.known;
    };
  }

  /**
   * Whether an incident with these members may be told before a judgement of all that is held comes to it: nothing of it is told, or all that is told under its id and more. To be asked
   * of all incidents of one look.
   */
  news(): (id: string, members: readonly string[], isWhole: (known: KnownIncident) => boolean) => boolean {
    let holders: ReadonlyMap<string, string> | undefined;
    return (id, members, isWhole) => {
      const known = this.#known.get(id);
      if (known !== undefined && !(isOpen(known) && isWhole(known))) return false;
      if (known !== undefined && (members.length <= known.members.length || !isWithin(known.members, members)))
        return false;
      holders ??= new Map(
        [...this.#known.values()].filter(isOpen).flatMap((one) => one.members.map((member) => [member, one.id])),
      );
      return members.every((member) => (holders?.get(member) ?? id) === id);
    };
  }

  ownerOf(id: string): object | undefined {
    return this.#owners.get(id);
  }

  /** Notes what a lane told. */
  note(lane: object, { added, changed, superseded, withdrawn, final }: Revisions): void {
    for (const told of [...added, ...changed]) {
      this.#known.set(told.incident.id, knownOf(told));
      this.#owners.set(told.incident.id, lane);
    }
    for (const { id } of superseded) this.#setStanding(id, 'merged');
    // The version counts from here on: another judgement may come before the state has this one.
    for (const { id, version } of withdrawn) this.#setStanding(id, 'withdrawn', version);
    for (const { id } of final) this.#setStanding(id, 'final');
  }

  /** What a lane found and that was told before the start is the lane's from now on, also where nothing of it is told anew. */
  adopt(lane: object, ids: Iterable<string>): void {
    for (const id of ids) if (this.#known.has(id) && !this.#owners.has(id)) this.#owners.set(id, lane);
  }

  /** A lane ends: nobody can speak for what it still told. Gives those. */
  end(lane: object): readonly string[] {
    const left: string[] = [];
    for (const [id, owner] of this.#owners) {
      if (owner !== lane) continue;
      this.#owners.delete(id);
      if (this.#known.get(id)?.standing !== 'told') continue;
      this.#setStanding(id, 'final');
      left.push(id);
    }
    return left.sort();
  }

  /** Follows the state: the versions that it gave, and what it keeps no longer. It lets go of nothing that is told: what is told here was told since. */
  settle({ versions, dropped }: SettledIncidents): void {
    for (const { id, version } of versions) {
      const known = this.#known.get(id);
      if (known !== undefined) this.#known.set(id, { ...known, version: Math.max(known.version, version) });
    }
    for (const id of dropped) {
      if (this.#known.get(id)?.standing === 'told') continue;
      this.#known.delete(id);
      this.#owners.delete(id);
    }
  }

  #setStanding(id: string, standing: KnownIncident['standing'], version = 0): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { ...known, standing, version: Math.max(known.version, version) });
  }
}

interface Holder {
  readonly known: KnownIncident;
  readonly members: ReadonlySet<string>;
}

/** Those that hold the member which the fewest hold: thousands may rest on one dossier. */
function fewestHolders(holders: ReadonlyMap<string, readonly Holder[]>, members: readonly string[]): readonly Holder[] {
  let few: readonly Holder[] | undefined;
  for (const member of members) {
    const those = holders.get(member) ?? [];
    if (few === undefined || those.length < few.length) few = those;
  }
  return few ?? [];
}

function knownOf(told: ToldRevision): KnownIncident {
  const { incident, version, digest, times } = told;
  const { id, hosts, first } = incident;
  return { id, version, digest, members: membersOf(told), hosts, first, times, standing: 'told' };
}

/** True of what was told, and can be part of what is found now. */
function isTakenIn(known: KnownIncident, found: ReadonlySet<string>): boolean {
  return isOpen(known) && known.members.length > 0 && known.members.every((member) => found.has(member));
}

function isOpen({ standing }: KnownIncident): boolean {
  return standing === 'told' || standing === 'final';
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  const members = new Set(all);
  return some.every((member) => members.has(member));
}
