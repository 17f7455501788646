import type { Indicator } from '../wmi/index.ts';
import type { Detection } from './detection.ts';
import {
  accountFacts,
  type EndFacts,
  endFacts,
  fileName,
  type HashFacts,
  hopEnds,
  type ProcessFacts,
} from './facts.ts';
import { dossierFacts } from './own-facts.ts';
import { distinct, inert, known, MOST_ITEMS } from './text.ts';

const ALGORITHMS = { md5: [1, 'MD5'], sha1: [2, 'SHA-1'], sha256: [3, 'SHA-256'], imphash: [99, 'IMPHASH'] } as const;

/** Processes, then calls, then subscriptions, then accounts that none of them names; at most `MOST_ITEMS` in all. */
export function evidencesOf(detection: Detection): readonly object[] {
  const { processes, hops, dossiers, accounts } = detection;
  const items = [
    ...processes.flatMap((process) => {
      const told = processOf(process);
      return told === undefined ? [] : [{ process: told }];
    }),
    ...hops.map((hop) => {
      const { source, target } = hopEnds(hop);
      return known({
        src_endpoint: endpointOf(source),
        dst_endpoint: endpointOf(target),
        user: hop.account === undefined ? undefined : userOf(hop.account),
      });
    }),
    ...dossiers.map((dossier) => ({ data: dossierFacts(dossier) })),
    ...distinct(accounts).map((account) => ({ user: userOf(account) })),
  ];
  return items.filter((item) => Object.keys(item).length > 0).slice(0, MOST_ITEMS);
}

function endpointOf({ host, address }: EndFacts): object {
  return known({ ...nameOf(host), ip: address });
}

/** As `hostname` in 1.3.0 may be written; any other text that evidence calls a host is only a name. */
const HOSTNAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

export function nameOf(host: string | undefined): { readonly hostname?: string; readonly name?: string } {
  if (host === undefined) return {};
  return host.length <= 255 && HOSTNAME.test(host) ? { hostname: host } : { name: inert(host) };
}

function userOf(account: string): object {
  const { name, domain, sid } = accountFacts(inert(account));
  return known({ name, domain, uid: sid });
}

/** Undefined where neither number nor identifier is known: the schema wants one. */
function processOf(process: ProcessFacts): object | undefined {
  const { pid, guid, image, commandLine, user, hashes, parentPid, parentImage } = process;
  if (pid === undefined && guid === undefined) return undefined;
  return known({
    name: image === undefined ? undefined : inert(fileName(image) ?? image),
    pid,
    uid: guid === undefined ? undefined : inert(guid),
    cmd_line: commandLine === undefined ? undefined : inert(commandLine),
    file: fileOf(image, hashes),
    user: user === undefined || user === '' ? undefined : userOf(user),
    parent_process: parentPid === undefined ? undefined : known({ pid: parentPid, file: fileOf(parentImage, []) }),
  });
}

function fileOf(path: string | undefined, hashes: readonly HashFacts[]): object | undefined {
  const name = path === undefined ? undefined : fileName(path);
  if (path === undefined || name === undefined) return undefined;
  return known({
    name: inert(name),
    path: inert(path),
    type_id: 1,
    type: 'Regular File',
    hashes: hashes.map(({ algorithm, value }) => {
      const [id, caption] = ALGORITHMS[algorithm];
      return { algorithm_id: id, algorithm: caption, value };
    }),
  });
}

type Observable = readonly [name: string, type: number, caption: string, value: string | undefined];

/** Type of the observable for each kind of indicator that the schema has one for. */
const INDICATORS: Readonly<Partial<Record<Indicator['kind'], readonly [number, string]>>> = {
  url: [6, 'URL String'],
  domain: [1, 'Hostname'],
  ip: [2, 'IP Address'],
  unc: [7, 'File Name'],
  path: [7, 'File Name'],
  account: [4, 'User Name'],
  userAgent: [16, 'HTTP User-Agent'],
};

/** What one pivots on, each once; the name is the attribute that it stands in. */
export function observablesOf({ hosts, processes, hops, dossiers, accounts }: Detection): readonly object[] {
  const found: Observable[] = [
    ...hosts.map((host): Observable => {
      const { address } = endFacts({ host });
      return address === undefined
        ? ['resources.name', nameOf(host).hostname === undefined ? 99 : 1, 'Hostname', host]
        : ['resources.name', 2, 'IP Address', address];
    }),
    ...hops.flatMap((hop): readonly Observable[] => {
      const { source, target } = hopEnds(hop);
      return [
        ['evidences.src_endpoint.ip', 2, 'IP Address', source.address],
        ['evidences.dst_endpoint.ip', 2, 'IP Address', target.address],
      ];
    }),
    ...accounts.map((account): Observable => {
      const { name, sid } = accountFacts(account);
      return sid === undefined ? ['evidences.user.name', 4, 'User Name', name] : ['evidences.user.uid', 99, 'SID', sid];
    }),
    ...processes.flatMap(processObservables),
    ...dossiers.flatMap(({ consumer }) =>
      consumer.indicators.flatMap(({ kind, value }): readonly Observable[] => {
        const type = INDICATORS[kind];
        return type === undefined ? [] : [['evidences.data.payload', type[0], type[1], value]];
      }),
    ),
  ];
  const byKey = new Map<string, object>();
  for (const [name, type, caption, value] of found) {
    if (byKey.size >= MOST_ITEMS) break;
    if (value === undefined || value === '') continue;
    const key = `${name}\u0000${type}\u0000${value}`;
    if (!byKey.has(key)) byKey.set(key, { name, type_id: type, type: caption, value: inert(value) });
  }
  return [...byKey.values()];
}

function processObservables({ image, commandLine, hashes, pid }: ProcessFacts): readonly Observable[] {
  if (pid === undefined) return [];
  return [
    ['evidences.process.name', 9, 'Process Name', image === undefined ? undefined : fileName(image)],
    ['evidences.process.cmd_line', 13, 'Command Line', commandLine],
    ...hashes.map(({ value }): Observable => ['evidences.process.file.hashes.value', 8, 'Hash', value]),
  ];
}
