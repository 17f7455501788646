import type { Sender } from '../accounts/index.ts';
import { archiveClassesOf, type Settings } from '../config/index.ts';
import {
  type decodeInThreads,
  type RuleMapping,
  type RuleSet,
  type RulesForThreads,
  rulesFromThread,
} from '../intake/index.ts';
import { MISS_MARKS } from '../live/index.ts';
import type { ScryptCost } from '../people/index.ts';
import type { Pin } from '../pins/index.ts';
import type { ShapeMap } from '../shapes/index.ts';
import type { Resolve, Sink } from '../sinks/index.ts';
import type { Zone } from '../windows/index.ts';
import type { DetectRequest } from './detect/messages.ts';

export interface ServeRequest {
  readonly folder: string;
  readonly settings: Settings;
  readonly version: string;
  /** Of program and page; the version where left out. */
  readonly build?: string;
  /** PEM texts of `tls.certificate` and `tls.key`. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly pid: number;
  /** Who runs the server, for the audit of what is done with the local token. */
  readonly osUser: string;
  /** Addresses of this machine: the local token is good from them alone. */
  readonly addresses: readonly string[];
  readonly threads: number;
  /** The folder of the built page for browsers; none is served where left out. */
  readonly pageFolder?: string;
  /** Rules of the user's own, and our own pack. */
  readonly rules: RuleSet | undefined;
  readonly pack: RuleSet | undefined;
  /** What is accepted, as it was read from the files of pins; none where left out. */
  readonly pins?: readonly Pin[];
  /** Where messages go, with what their secrets say; nowhere where left out. */
  readonly sinks?: readonly Sink[];
  /** Looks up names of sinks; as the machine does where left out. */
  readonly resolve?: Resolve;
  /** How texts are read; as the table of shapes says where left out. */
  readonly reading?: Reading;
  /** Senders of another store, whose events are fed here; none where left out. */
  readonly senders?: ReadonlyMap<string, Sender>;
  /** What a new hash of a password costs; as TRUST 6 has it where left out. */
  readonly passwordCost?: ScryptCost;
  /** The first start of a store makes the account `admin`; not where left out, as for a store that nobody signs in to or that has people of its own. */
  readonly makesAdmin?: boolean;
  nowMs(): number;
  steadyMs(): number;
  random(bytes: number): Uint8Array;
  writeLog(line: string): void;
  /** Shows a secret once; false where there is no terminal to show it on, and it goes to a file instead. */
  showSecret(what: FirstSecret, secret: string): boolean;
}

/** Secrets that the first start of a store makes. */
export type FirstSecret = 'first key' | 'admin password';

/** What the user says of texts that do not say it themselves, as a hunt is told by `--map` and `--assume-zone`. */
export interface Reading {
  /** They stand before the table of shapes. */
  readonly maps: readonly ShapeMap[];
  /** The zone of times without one. */
  readonly assumedZone: Zone | undefined;
  /** The same for some senders, by their ids. */
  readonly senderZones: ReadonlyMap<string, Zone>;
}

/** What a running server takes anew without losing anything. */
export interface ReloadedRules {
  readonly rules: RuleSet | undefined;
  readonly pack: RuleSet | undefined;
  /** Left out, texts are read as they were. */
  readonly reading?: Reading;
}

export interface Reload extends ReloadedRules {
  /** As the files have them now; left out they stay as they are. */
  readonly pins?: readonly Pin[];
  /** The folder or file of pins by the settings of now: it is read once more when its turn comes, for the API may have written to it since. */
  readonly pinsPath?: string;
  /** As the settings have them now; left out they stay as they are. */
  readonly sinks?: readonly Sink[];
  /** PEM texts, where the server speaks TLS. */
  readonly tls: ServeRequest['tls'];
}

/** Rules as the threads take them. */
export interface ServedRules {
  /** Tells these from those before and after a reload. */
  readonly rulesNumber: number;
  readonly rules: RulesForThreads | undefined;
  readonly pack: RulesForThreads | undefined;
  /** Pipelines and placeholders of the user's own rules. */
  readonly mapping: RuleMapping;
}

/** Has them compiled in threads of their own: the main thread answers senders meanwhile. */
export async function readyRules({ rules, pack }: ReloadedRules, rulesNumber: number): Promise<ServedRules> {
  const [own, ours] = await Promise.all(
    [rules, pack].map((set) => (set === undefined ? undefined : rulesFromThread(set))),
  );
  return { rulesNumber, rules: own, pack: ours, mapping: mappingOf(rules) };
}

function mappingOf(rules: RuleSet | undefined): RuleMapping {
  const texts = rules?.groups.find((group) => group.kind === 'texts');
  const { placeholders, pipelines }: RuleMapping = texts ?? {};
  return { ...(placeholders === undefined ? {} : { placeholders }), ...(pipelines === undefined ? {} : { pipelines }) };
}

/** Rules for the thread of detection. */
export function handed({
  rulesNumber,
  rules,
  pack,
}: Omit<ServedRules, 'mapping'>): Pick<DetectRequest, 'rules' | 'pack' | 'rulesNumber'> {
  return {
    rulesNumber,
    ...(rules === undefined ? {} : { rules: rules.handed }),
    ...(pack === undefined ? {} : { pack: pack.handed }),
  };
}

/** How the readers of batches read. */
export function decoderOptions({
  rulesNumber,
  rules,
  pack,
  reading,
  settings,
  nowMs,
}: ServedRules & Pick<ServeRequest, 'nowMs' | 'settings'> & { readonly reading?: Reading | undefined }): Parameters<
  typeof decodeInThreads
>[0] {
  const runStartMs = nowMs();
  const kinds = { pack, rules };
  const asked = (['pack', 'rules'] as const).filter((kind) => kinds[kind] !== undefined);
  const sets = asked.flatMap((kind) => kinds[kind]?.shared ?? []);
  return {
    logs: { carve: false, collectTemplates: false, runStartMs, ...(sets.length === 0 ? {} : { rules: sets }) },
    texts: {
      runStartMs,
      tellUnread: true,
      misses: { marks: asked.map((kind) => MISS_MARKS[kind]), rulesNumber },
      classes: archiveClassesOf(settings.archive.classes),
      ...(reading === undefined ? {} : { maps: reading.maps, senderZones: reading.senderZones }),
      ...(reading?.assumedZone === undefined ? {} : { assumedZone: reading.assumedZone }),
    },
  };
}
