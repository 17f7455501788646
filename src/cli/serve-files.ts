import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Settings } from '../config/index.ts';
import type { Pin } from '../pins/index.ts';
import type { Reading, Reload } from '../serve/index.ts';
import { type Zone, zoneOf } from '../windows/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { readPinsAt, usageOf, warnOfReview } from './pin-flags.ts';
import { ruleFlagsOf } from './rule-flags.ts';
import { folderOf } from './server-settings.ts';
import { sinksOf } from './sink-files.ts';
import { mapsAt } from './text-flags.ts';

/** What the settings name and what is read again at a reload. */
export async function loadServeFiles(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<Reload | { readonly problems: readonly UsageProblem[] }> {
  const tls = await tlsOf(settings);
  const { rules: paths, defaultRules } = settings.detection;
  const named = { ...invocation, flags: new Map(paths.length === 0 ? [] : [['rules', paths]]) };
  const ruled = await ruleFlagsOf(named, environment);
  const pinned = await pinsOf(settings, invocation, environment);
  const read = await readingOf(settings);
  const sinks = await sinksOf(settings, environment.variables);
  const problems = [
    ...('problems' in read ? read.problems : []),
    ...(tls !== undefined && 'problems' in tls ? tls.problems : []),
    ...ruled.problems,
    ...('problems' in pinned ? pinned.problems : []),
    ...('problems' in sinks ? sinks.problems : []),
  ];
  if (problems.length > 0 || (tls !== undefined && 'problems' in tls)) return { problems };
  if ('problems' in pinned) return pinned;
  if ('problems' in read) return read;
  if ('problems' in sinks) return sinks;
  return {
    tls,
    rules: ruled.rules,
    pack: defaultRules ? (await bundledRules()).rules : undefined,
    pins: pinned.pins,
    reading: read,
    sinks: sinks.sinks,
  };
}

/** The pins that the settings name, else those in the server's folder, which may not be there yet; what is past review is told. */
async function pinsOf(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<{ readonly pins: readonly Pin[] } | { readonly problems: readonly UsageProblem[] }> {
  const named = settings.detection.pins;
  const path = named ?? folderOf(invocation, environment);
  if (named === undefined && !existsSync(path)) return { pins: [] };
  const loaded = await readPinsAt(path);
  if (loaded.kind === 'problems') return { problems: usageOf(loaded.problems) };
  warnOfReview(loaded.pins, environment.wallMs(), talkOf(invocation, environment));
  return loaded;
}

/** Mappings and zones: what a hunt is told by `--map` and `--assume-zone`, in the same words where something is wrong. */
async function readingOf({
  read: { maps: paths, zone, senderZones },
}: Settings): Promise<Reading | { readonly problems: readonly UsageProblem[] }> {
  const { maps, problems } = await mapsAt(paths, 'read.maps');
  if (problems.length > 0) return { problems };
  const zones = new Map<string, Zone>();
  for (const text of senderZones) {
    const at = text.indexOf('=');
    const known = zoneOf(text.slice(at + 1));
    if (known !== undefined) zones.set(text.slice(0, at).trim(), known);
  }
  return { maps, assumedZone: zone === undefined ? undefined : zoneOf(zone), senderZones: zones };
}

async function tlsOf(
  settings: Settings,
): Promise<{ certificate: string; key: string } | { problems: readonly UsageProblem[] } | undefined> {
  const { certificate, key } = settings.tls;
  if (certificate === undefined || key === undefined) return undefined;
  const problems: UsageProblem[] = [];
  const read = async (path: string): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      problems.push({ code: 'TRIAD-E-SERVE-TLS', place: path, message, action: 'Name a PEM file that can be read.' });
      return '';
    }
  };
  const texts = { certificate: await read(certificate), key: await read(key) };
  if (problems.length > 0) return { problems };
  try {
    createSecureContext({ cert: texts.certificate, key: texts.key });
    return texts;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const action = 'Name a certificate and the key that belongs to it, both PEM and whole.';
    return { problems: [{ code: 'TRIAD-E-SERVE-TLS', place: certificate, message, action }] };
  }
}
