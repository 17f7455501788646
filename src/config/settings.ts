import { zoneOf } from '../windows/index.ts';
import { CLASS_FORM, readArchiveClass } from './archive-class.ts';
import { isNetwork } from './network-form.ts';
import {
  address,
  bytes,
  duration,
  type ListenAddress,
  oneOf,
  optionalAddress,
  optionalDuration,
  optionalText,
  type Setting,
  texts,
  whole,
  yesNo,
} from './setting.ts';
import { type NamedTrees, SINK, type SinkSettings } from './sink-settings.ts';

/** All settings with their values: sizes in bytes, times in milliseconds. */
export interface Settings {
  readonly listen: ListenAddress;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly tls: { readonly certificate: string | undefined; readonly key: string | undefined };
  readonly limits: LimitSettings;
  readonly journal: JournalSettings;
  readonly archive: ArchiveSettings;
  readonly elastic: { readonly listen: ListenAddress | undefined; readonly version: string | undefined };
  readonly hec: { readonly listen: ListenAddress | undefined; readonly acks: boolean };
  readonly otlp: { readonly listen: ListenAddress | undefined };
  readonly syslog: SyslogSettings;
  readonly watch: WatchSettings;
  readonly detection: DetectionSettings;
  readonly read: ReadSettings;
  readonly targets: TargetSettings;
  readonly keys: { readonly lifetime: number };
  /** By the names that the configuration gives them. */
  readonly sinks: Readonly<Record<string, SinkSettings>>;
  readonly log: { readonly level: LogLevel };
}

export interface LimitSettings {
  readonly bodyBytes: number;
  readonly decodedBytes: number;
  readonly ratio: number;
  readonly bodiesBytes: number;
  readonly connections: number;
  readonly headerTime: number;
  readonly idleTime: number;
  readonly bytesPerSecond: number;
}

export interface JournalSettings {
  readonly segmentBytes: number;
  readonly segmentTime: number;
  readonly waitingBytes: number;
  readonly lagBytes: number;
  readonly reserveBytes: number;
  readonly keepTime: number;
}

export interface ArchiveSettings {
  readonly enabled: boolean;
  readonly keepTime: number;
  readonly classes: readonly string[];
  readonly leastFree: number;
}

export interface SyslogSettings {
  readonly listen: ListenAddress | undefined;
  readonly listenTls: ListenAddress | undefined;
  readonly acceptUnauthenticated: boolean;
  /** `NAME=ADDRESS` or `NAME=NETWORK` */
  readonly senders: readonly string[];
  readonly connections: number;
}

export interface WatchSettings {
  readonly folders: readonly string[];
  readonly interval: number;
}

export interface DetectionSettings {
  readonly lateness: number;
  readonly heldTime: number;
  readonly heldBytes: number;
  readonly imageEvery: number;
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  readonly pins: string | undefined;
}

export interface ReadSettings {
  readonly maps: readonly string[];
  readonly zone: string | undefined;
  /** `SENDER=ZONE` */
  readonly senderZones: readonly string[];
}

/** Milliseconds from the alert until something is due of an incident of a level; undefined where it never is. */
export interface LevelTargets {
  readonly acknowledge: number | undefined;
  readonly verdict: number | undefined;
  readonly contain: number | undefined;
}

export interface TargetSettings {
  readonly critical: LevelTargets;
  readonly high: LevelTargets;
  readonly medium: LevelTargets;
  /** From containment. */
  readonly verify: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A setting for every value, a tree for every group of them. */
type TreeOf<T> = {
  readonly [K in keyof T]: [T[K]] extends [string | number | boolean | undefined | readonly string[] | ListenAddress]
    ? Setting<T[K]>
    : string extends keyof T[K]
      ? NamedTrees
      : TreeOf<T[K]>;
};

/**
 * Every setting of the server: what a file, a variable or a flag may set. `docs/configuration.md` is made of this table (L29).
 */
export const SETTINGS: TreeOf<Settings> = {
  listen: address('127.0.0.1:8443', 'where the server listens; beyond loopback only with TLS'),
  publicUrl: optionalText(
    'an http or https address without a path',
    isOrigin,
    'the address that people and shippers use',
  ),
  trustedProxies: texts('addresses or networks', isNetwork, 'proxies whose forwarded headers count'),
  tls: {
    certificate: optionalText('a path', isPath, 'the certificate chain, PEM'),
    key: optionalText('a path', isPath, 'its private key, PEM'),
  },
  limits: {
    bodyBytes: bytes('16 MiB', ['64 KiB', '256 MiB'], 'bytes of a request as it is sent'),
    decodedBytes: bytes('64 MiB', ['64 KiB', '1 GiB'], 'bytes of a request after decompression'),
    ratio: whole(200, { least: 2, most: 10_000 }, 'most times that a request may grow by decompression'),
    bodiesBytes: bytes('256 MiB', ['1 MiB', '16 GiB'], 'bytes of all requests that are being read'),
    connections: whole(
      20_000,
      { least: 1, most: 1_000_000 },
      'connections at once; one address has a quarter of them, but the machine itself and trusted proxies',
    ),
    headerTime: duration('10s', ['1s', '5m'], 'time for the header of a request'),
    idleTime: duration('60s', ['1s', '1h'], 'time without a byte before a request is given up'),
    bytesPerSecond: whole(1024, { least: 0, most: 1_000_000_000 }, 'slowest rate of a body'),
  },
  journal: {
    segmentBytes: bytes('128 MiB', ['1 MiB', '1 GiB'], 'size at which a new segment begins'),
    segmentTime: duration('10m', ['10s', '24h'], 'age at which a new segment begins'),
    waitingBytes: bytes(
      '64 MiB',
      ['1 MiB', '4 GiB'],
      'bytes that wait for the disk before senders are told to come back',
    ),
    lagBytes: bytes(
      '1 GiB',
      ['1 MiB', '1 TiB'],
      'bytes that are kept and not yet read before senders are told to come back',
    ),
    reserveBytes: bytes('64 MiB', ['0 B', '16 GiB'], 'a reserve on the disk for the state when the disk is full'),
    keepTime: duration(
      '30d',
      ['1h', '3650d'],
      'how long batches are kept after they were judged; less where the disk is nearly full',
    ),
  },
  archive: {
    enabled: yesNo(true, 'whether received events are kept to be searched'),
    keepTime: duration('90d', ['1h', '3650d'], 'how long events are kept that no class names'),
    classes: texts(CLASS_FORM, isClass, 'retention classes of their own; the first that fits an event has it'),
    leastFree: whole(
      5,
      { least: 1, most: 50 },
      'percent of the disk below which the oldest events go early; the journal makes room before',
    ),
  },
  elastic: {
    listen: optionalAddress(
      'an address of its own for the Elasticsearch API, such as 127.0.0.1:9200, there at the root as well; nothing else is answered there',
    ),
    version: optionalText('a version such as 8.15.0', isVersion, 'version of Elasticsearch that shippers are told'),
  },
  hec: {
    listen: optionalAddress(
      'an address of its own for Splunk HEC, such as 127.0.0.1:8088; nothing else is answered there',
    ),
    acks: yesNo(true, 'whether batches of HEC that name a channel get an ackId'),
  },
  otlp: {
    listen: optionalAddress('an address of its own for OTLP, such as 127.0.0.1:4318; nothing else is answered there'),
  },
  syslog: {
    listen: optionalAddress('where syslog over plain TCP is taken; loopback only. Not set: nowhere'),
    listenTls: optionalAddress('where syslog over TLS is taken, with the certificate of tls. Not set: nowhere'),
    acceptUnauthenticated: yesNo(
      false,
      'consent to events of senders that prove nothing but their address, beyond loopback',
    ),
    senders: texts(
      'NAME=ADDRESS or NAME=NETWORK, such as relay=10.1.2.3',
      isNamedNetwork,
      'who may send syslog, by address; on loopback everybody may where none is named',
    ),
    connections: whole(
      1000,
      { least: 1, most: 100_000 },
      'connections of syslog at once; one address has a quarter of them',
    ),
  },
  watch: {
    folders: texts('paths', isPath, 'folders whose logs and exports are read as they come and grow'),
    interval: duration('5s', ['100ms', '1h'], 'how often they are looked at'),
  },
  detection: {
    lateness: duration('2m', ['0s', '24h'], 'how late an event may come and still count as in order'),
    heldTime: duration('24h', ['10m', '90d'], 'span of event time that is held for joins'),
    heldBytes: bytes('256 MiB', ['16 MiB', '64 GiB'], 'bytes of events that are held for joins'),
    imageEvery: duration('5m', ['100ms', '24h'], 'how often what is held is kept in a file, with which a start begins'),
    rules: texts('paths', isPath, 'Sigma rules of your own: files, folders, zips, compiled files'),
    defaultRules: yesNo(true, 'whether the rules of Triad are used'),
    pins: optionalText(
      'a path',
      isPath,
      'a file or folder of pins instead of pins.yaml and pins.d in the folder of the server',
    ),
  },
  read: {
    maps: texts('paths', isPath, 'mappings for shapes of your own, as for triad hunt --map; read again at SIGHUP'),
    zone: optionalText(
      'a zone such as Europe/Paris, +05:30 or UTC',
      isZone,
      'the zone of times that come without one; read again at SIGHUP',
    ),
    senderZones: texts('SENDER=ZONE', isSenderZone, 'the same for some senders, by their ids'),
  },
  targets: {
    critical: levelTargets('critical', ['15m', '60m', '2h']),
    high: levelTargets('high', ['1h', '4h', '8h']),
    medium: levelTargets('medium', ['8h', '3d', undefined]),
    verify: duration('24h', ['1m', '90d'], 'time from containment until it is to be verified'),
  },
  keys: {
    lifetime: duration('180d', ['1d', '400d'], 'how long a new key is good for'),
  },
  sinks: { isNamed: true, each: SINK },
  log: {
    level: oneOf('info', ['debug', 'info', 'warn', 'error'], 'least level of a line in the log'),
  },
};

export interface SettingTree {
  readonly [name: string]: SettingNode;
}

type SettingNode = Setting<unknown> | SettingTree | NamedTrees;

export function isSetting(node: SettingNode): node is Setting<unknown> {
  return 'isSetting' in node && node.isSetting === true;
}

/** A group of which there are as many as the configuration names. */
export function isNamed(node: SettingNode): node is NamedTrees {
  return 'isNamed' in node && node.isNamed === true;
}

/** Every setting by its dotted name, in the order of the table; `NAME` stands for the names that a configuration gives. */
export function allSettings(
  tree: SettingTree = SETTINGS,
  before = '',
): readonly (readonly [string, Setting<unknown>])[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    if (isSetting(node)) return [[`${before}${name}`, node] as const];
    return isNamed(node)
      ? allSettings(node.each, `${before}${name}.${ANY_NAME}.`)
      : allSettings(node, `${before}${name}.`);
  });
}

/** The presets are those of `acknowledge`, `verdict` and `contain`. */
function levelTargets(
  level: string,
  [acknowledge, verdict, contain]: readonly [string, string, string | undefined],
): TreeOf<LevelTargets> {
  const within = (preset: string | undefined, what: string): Setting<number | undefined> =>
    optionalDuration(preset, ['1m', '90d'], `time from the alert until a ${level} incident is to be ${what}`);
  return {
    acknowledge: within(acknowledge, 'acknowledged'),
    verdict: within(verdict, 'judged'),
    contain: within(contain, 'contained'),
  };
}

/** Stands in names of settings for what the configuration names. */
export const ANY_NAME = 'NAME';

function isClass(text: string): boolean {
  return readArchiveClass(text) !== undefined;
}

function isZone(text: string): boolean {
  return zoneOf(text) !== undefined;
}

function isSenderZone(text: string): boolean {
  const at = text.indexOf('=');
  return at > 0 && isZone(text.slice(at + 1));
}

function isPath(text: string): boolean {
  return !text.includes('\0');
}

function isVersion(text: string): boolean {
  return /^\d{1,2}\.\d{1,3}\.\d{1,3}$/.test(text);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return (
    (protocol === 'http:' || protocol === 'https:') &&
    pathname === '/' &&
    [search, hash, username, password].every((part) => part === '')
  );
}

function isNamedNetwork(text: string): boolean {
  const [name = '', network = '', ...more] = text.split('=');
  return more.length === 0 && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && isNetwork(network);
}
