import { isLoopback } from './loopback.ts';
import type { ConfigProblem, Given, LayerReading } from './read-settings.ts';
import type { GivenValue, Setting } from './setting.ts';
import { isNamed, isSetting, SETTINGS, type Settings, type SettingTree } from './settings.ts';
import { sinkConflicts } from './sink-conflicts.ts';
import { syslogConflicts } from './syslog-conflicts.ts';

/** One setting as it holds, and who says so: `preset`, or the place of the layer that was read last. */
export interface Explained {
  readonly name: string;
  readonly value: GivenValue | undefined;
  readonly source: string;
  readonly text: string;
}

export type Configuration =
  | { readonly kind: 'settings'; readonly settings: Settings; readonly explained: readonly Explained[] }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] };

/**
 * Puts layers together, later ones over earlier ones (presets, file, `conf.d`, variables, flags), and reads every value. All
 * that is wrong is told at once (L30).
 */
export function configurationOf(layers: readonly LayerReading[]): Configuration {
  const problems = layers.flatMap((layer) => layer.problems);
  const last = new Map<string, Given>();
  for (const given of layers.flatMap((layer) => layer.given)) last.set(given.name, given);
  const explained: Explained[] = [];
  const values = valuesOf(SETTINGS, '', [...last.keys()], (name, setting) => {
    const given = last.get(name);
    const value = given?.value ?? setting.preset;
    explained.push({ name, value, source: given?.place ?? 'preset', text: setting.text });
    if (value === undefined) return undefined;
    const reading = setting.read(value);
    if (reading.kind === 'value') return reading.value;
    problems.push({
      place: given?.place ?? name,
      message:
        setting.isSecret === true
          ? `"${name}" must be ${reading.expected}.`
          : `"${name}" must be ${reading.expected}; it is ${JSON.stringify(value).slice(0, 100)}.`,
      action: setting.preset === undefined ? 'Leave it out or mend it.' : `Without it: ${String(setting.preset)}.`,
    });
    return undefined;
  });
  if (problems.length > 0) return { kind: 'problems', problems };
  // Every leaf of the tree was read by its own setting, which gives the type that `Settings` has there.
  const settings = values as unknown as Settings;
  const conflicts = conflictsOf(settings, (name) => last.get(name)?.place ?? name);
  return conflicts.length > 0 ? { kind: 'problems', problems: conflicts } : { kind: 'settings', settings, explained };
}

function valuesOf(
  tree: SettingTree,
  before: string,
  given: readonly string[],
  read: (name: string, setting: Setting<unknown>) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(tree).map(([word, node]) => {
    const name = `${before}${word}`;
    if (isSetting(node)) return [word, read(name, node)] as const;
    if (!isNamed(node)) return [word, valuesOf(node, `${name}.`, given, read)] as const;
    const own = given.flatMap((one) =>
      one.startsWith(`${name}.`) ? (one.split('.')[name.split('.').length] ?? []) : [],
    );
    const each = [...new Set(own)].map((key) => [key, valuesOf(node.each, `${name}.${key}.`, given, read)] as const);
    return [word, Object.fromEntries(each)] as const;
  });
  return Object.fromEntries(entries);
}

/** What is right alone and wrong together. */
function conflictsOf(settings: Settings, placeOf: (name: string) => string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { tls, limits } = settings;
  const hasTls = tls.certificate !== undefined && tls.key !== undefined;
  if ((tls.certificate === undefined) !== (tls.key === undefined)) {
    const message = 'TLS needs both a certificate and its key.';
    problems.push({
      place: placeOf(tls.key === undefined ? 'tls.certificate' : 'tls.key'),
      message,
      action: 'Set tls.certificate and tls.key.',
    });
  }
  const doors = {
    listen: settings.listen,
    'elastic.listen': settings.elastic.listen,
    'hec.listen': settings.hec.listen,
    'otlp.listen': settings.otlp.listen,
  };
  for (const [name, door] of Object.entries(doors)) {
    if (door === undefined || hasTls || isLoopback(door.host)) continue;
    problems.push({
      place: placeOf(name),
      message: `${door.host} is reached from other machines, and there is no TLS: keys and events would travel in the clear.`,
      action: 'Set tls.certificate and tls.key, or listen on 127.0.0.1.',
    });
  }
  if (limits.decodedBytes < limits.bodyBytes) {
    const message = 'limits.decodedBytes is less than limits.bodyBytes.';
    problems.push({
      place: placeOf('limits.decodedBytes'),
      message,
      action: 'A request does not shrink by decompression.',
    });
  }
  if (limits.bodiesBytes < limits.decodedBytes) {
    const message = 'limits.bodiesBytes is less than limits.decodedBytes: the largest request would never be read.';
    problems.push({ place: placeOf('limits.bodiesBytes'), message, action: 'Raise it.' });
  }
  return [...problems, ...syslogConflicts(settings, placeOf), ...sinkConflicts(settings.sinks, placeOf)];
}
