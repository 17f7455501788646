import { sha256Hex } from '../bytes/index.ts';
import { type Dossier, isNamespaceUnknown } from '../subscriptions/index.ts';
import { parseReference, payloadOf, standardConsumer } from '../wmi/index.ts';
import { isPlainName } from './powershell-literal.ts';

/** A text property whose content must still be that of the evidence when the object is deleted. */
export interface ContentCheck {
  /** A property, or `(payload)`: the text that runs (PRODUCT 7.1). */
  readonly property: string;
  readonly sha256: string;
}

interface RemovalBase {
  /** `root/subscription`. */
  readonly namespace: string;
  /** True for content that is known to be benign: a second switch is needed. */
  readonly isKnown: boolean;
  /** True where no evidence names the namespace. */
  readonly isNamespaceAssumed: boolean;
}

export type RemovalObject = RemovalBase &
  (
    | { readonly kind: 'binding'; readonly filter: string; readonly consumer: string; readonly consumerClass: string }
    | {
        readonly kind: 'consumer' | 'filter';
        readonly className: string;
        readonly name: string;
        readonly checks: readonly ContentCheck[];
      }
  );

/** An object that a script may not name or cannot check, and why. */
export interface ByHand {
  /** WMI object path, with what cannot be seen escaped. */
  readonly path: string;
  readonly why: string;
}

export interface Removal {
  /** In the order of DOMAIN 7: bindings (those of watchdogs first), consumers, filters. */
  readonly objects: readonly RemovalObject[];
  readonly byHand: readonly ByHand[];
}

/** Text properties by which a consumer without a payload is known again. */
const TEXT_PROPERTIES = [
  'Filename',
  'Text',
  'SMTPServer',
  'ToLine',
  'Subject',
  'Message',
  'SourceName',
  'UNCServerName',
];

const FILTER = '__EventFilter';
const ORDER = { binding: 0, consumer: 1, filter: 2 } as const;

/** What is left to remove of these dossiers, all of one host; objects that several share are listed once. */
export function removalOf(dossiers: readonly Dossier[]): Removal {
  const objects = new Map<string, RemovalObject>();
  const byHand = new Map<string, ByHand>();
  const watchdogsFirst = [...dossiers].sort((a, b) => Number(isWatchdog(b)) - Number(isWatchdog(a)));
  for (const dossier of watchdogsFirst) {
    for (const part of [bindingOf(dossier), consumerOf(dossier), filterOf(dossier)]) {
      if (part === undefined) continue;
      if ('why' in part) byHand.set(part.path, part);
      else objects.set(keyOf(part), objects.get(keyOf(part)) ?? part);
    }
  }
  return {
    objects: [...objects.values()].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]),
    byHand: [...byHand.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function isWatchdog({ filter }: Dossier): boolean {
  return filter.trigger?.code === 'TR10';
}

function keyOf(object: RemovalObject): string {
  return JSON.stringify(
    object.kind === 'binding'
      ? [object.namespace, object.kind, object.filter, object.consumer, object.consumerClass]
      : [object.namespace, object.kind, object.className, object.name],
  );
}

function bindingOf(dossier: Dossier): RemovalObject | ByHand | undefined {
  const { binding, filter, consumer, baseline } = dossier;
  if (binding === undefined || binding.inferred || filter.name === null || consumer.name === null) return undefined;
  const consumerClass = consumer.class ?? '';
  const path = `${objectPath(dossier.namespace, '__FilterToConsumerBinding')} of ${objectPath('', FILTER, filter.name)} and ${objectPath('', consumerClass, consumer.name)}`;
  const why = unfit([filter.name, consumer.name], [consumerClass], dossier.namespace);
  if (why !== undefined) return { path, why };
  return {
    kind: 'binding',
    namespace: slashed(dossier.namespace),
    filter: filter.name,
    consumer: consumer.name,
    consumerClass,
    isKnown: baseline.known,
    isNamespaceAssumed: isNamespaceUnknown(dossier),
  };
}

function consumerOf(dossier: Dossier): RemovalObject | ByHand | undefined {
  const { consumer, baseline, binding } = dossier;
  if (consumer.name === null) return undefined;
  const className = consumer.class ?? '';
  const referred = referredNamespace(binding?.consumerRef);
  const namespace = referred ?? dossier.namespace;
  const path = objectPath(namespace, className, consumer.name);
  const checks = consumerChecks(dossier);
  const why = unfit([consumer.name], [className], namespace) ?? unknownContent(checks);
  if (why !== undefined) return { path, why };
  return {
    kind: 'consumer',
    namespace: slashed(namespace),
    className,
    name: consumer.name,
    checks,
    isKnown: baseline.known,
    isNamespaceAssumed: referred === undefined && isNamespaceUnknown(dossier),
  };
}

function consumerChecks({ consumer }: Dossier): readonly ContentCheck[] {
  const payload = consumer.payload ?? payloadOf(consumer.class, consumer.properties);
  const isRun = consumer.class !== null && runsText(consumer.class);
  if (isRun) return payload === undefined ? [] : [check('(payload)', payload)];
  return TEXT_PROPERTIES.flatMap((name) => {
    const text = consumer.properties[name];
    return text === undefined || text === '' ? [] : [check(name, text)];
  });
}

function runsText(className: string): boolean {
  const standard = standardConsumer(className)?.className;
  return standard === undefined || standard === 'CommandLineEventConsumer' || standard === 'ActiveScriptEventConsumer';
}

function filterOf(dossier: Dossier): RemovalObject | ByHand | undefined {
  const { filter, baseline, binding } = dossier;
  if (filter.name === null) return undefined;
  const referred = referredNamespace(binding?.filterRef);
  const namespace = referred ?? dossier.namespace;
  const path = objectPath(namespace, FILTER, filter.name);
  const checks = filter.query === undefined ? [] : [check('Query', filter.query)];
  const why = unfit([filter.name], [], namespace) ?? unknownContent(checks);
  if (why !== undefined) return { path, why };
  return {
    kind: 'filter',
    namespace: slashed(namespace),
    className: FILTER,
    name: filter.name,
    checks,
    isKnown: baseline.known,
    isNamespaceAssumed: referred === undefined && isNamespaceUnknown(dossier),
  };
}

/** A reference may lead to another namespace than the binding's own (DOMAIN 1.1). */
function referredNamespace(reference: string | undefined): string | undefined {
  return reference === undefined ? undefined : parseReference(reference)?.namespace;
}

/** Line ends and trailing blanks differ between what logs and WMI hold: they are left out on both sides. */
export function contentHash(text: string): string {
  return sha256Hex(text.replaceAll('\r\n', '\n').replace(/[ \t\r\n]+$/, ''));
}

function check(property: string, text: string): ContentCheck {
  return { property, sha256: contentHash(text) };
}

function unknownContent(checks: readonly ContentCheck[]): string | undefined {
  return checks.length > 0
    ? undefined
    : 'its content is in no evidence, so nothing can be compared before it is deleted';
}

function unfit(names: readonly string[], classes: readonly string[], namespace: string): string | undefined {
  if (!names.every(isPlainName)) return 'its name holds a quote, a line end or what cannot be seen';
  if (!classes.every((name) => /^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name))) return 'its class is not known';
  return /^[A-Za-z0-9_\\]{1,512}$/.test(namespace) ? undefined : 'its namespace holds unusual characters';
}

function slashed(namespace: string): string {
  return namespace.replaceAll('\\', '/');
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** `root\subscription:__EventFilter.Name="a\"b"`, what cannot be seen as `\u{a}`. */
function objectPath(namespace: string, className: string, name?: string): string {
  const key = name === undefined ? '' : `.Name="${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const path = `${namespace === '' ? '' : `${namespace}:`}${className === '' ? '(class not known)' : className}${key}`;
  return path.replace(UNSEEN, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
