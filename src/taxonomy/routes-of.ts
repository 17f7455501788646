import { EVERY_CHANNEL } from '../windows/index.ts';
import { CATEGORIES, categoryOf } from './categories.ts';
import { type LogSource, type Route, type RouteProduct, route } from './route.ts';
import { SERVICES } from './services.ts';

/** Why a rule has no route here. The code is stable. */
export interface Refusal {
  readonly code:
    | 'no-log-source'
    | 'custom-dimension'
    | 'foreign-product'
    | 'unknown-category'
    | 'foreign-category'
    | 'unknown-service'
    | 'foreign-service'
    | 'no-event-log'
    | 'no-overlap';
  /** A sentence for the reader. */
  readonly text: string;
}

export type Routing = { readonly routes: readonly Route[] } | { readonly refused: Refusal };

const PRODUCTS: readonly RouteProduct[] = ['windows', 'zeek', 'triad'];
const DIMENSIONS: ReadonlySet<string> = new Set(['category', 'product', 'service', 'definition', 'others']);

/** A rule that names Windows alone speaks of every record of it. */
const ALL_OF_WINDOWS: Route = route({ id: 'windows', channel: EVERY_CHANNEL });

/** Categories and services of Sigma that belong to no log that is read here; others are taken for names of someone's own. */
const FOREIGN_CATEGORIES: ReadonlySet<string> = new Set([
  'application',
  'appliance',
  'database',
  'firewall',
  'proxy',
  'webserver',
]);
const FOREIGN_SERVICES: ReadonlySet<string> = new Set(['apache', 'nginx', 'netflow']);

/** Where the events of a log source come from; what a rule leaves out does not restrict (SIGMA 6). Values are in lower case. */
export function routesOf(logsource: LogSource): Routing {
  const { category, product, service } = logsource;
  if (category === undefined && product === undefined && service === undefined) {
    return refuse('no-log-source', 'The rule names no category, product or service.');
  }
  const custom = [...Object.keys(logsource.others ?? {}), ...Object.keys(logsource)].find(
    (key) => !DIMENSIONS.has(key),
  );
  if (custom !== undefined) {
    return refuse('custom-dimension', `Nothing here says which events the log source key "${shown(custom)}" means.`);
  }
  const known = PRODUCTS.find((one) => one === product);
  if (product !== undefined && known === undefined) {
    return refuse('foreign-product', `This rule is for ${shown(product)}.`);
  }
  if (category !== undefined) return ofCategory(category, known, service);
  if (service !== undefined) return ofService(service, known);
  return { routes: known === 'windows' ? [ALL_OF_WINDOWS] : routesOfProduct(known) };
}

/** Every category and service with its routes, by a name that tells them apart; a route may be of several. */
export function allSources(): readonly (readonly [name: string, routes: readonly Route[]])[] {
  return [
    ['windows', [ALL_OF_WINDOWS]],
    ...CATEGORIES.map(({ name, routes }) => [`category ${name}`, routes] as const),
    ...SERVICES.map(({ name, product, routes }) => [`service ${product} ${name}`, routes] as const),
  ];
}

function routesOfProduct(product: RouteProduct | undefined): readonly Route[] {
  return SERVICES.flatMap((service) => (service.product === product ? service.routes : []));
}

function ofCategory(name: string, product: RouteProduct | undefined, service: string | undefined): Routing {
  const category = categoryOf(name);
  if (category === undefined) {
    return FOREIGN_CATEGORIES.has(name)
      ? refuse('foreign-category', `No log of the category ${name} is read here.`)
      : refuse('unknown-category', `There is no category "${shown(name)}".${like(name, CATEGORIES)}`);
  }
  if (category.without !== undefined) {
    return refuse('no-event-log', `No event log holds ${name}: ${category.without}.`);
  }
  const ofProduct = category.routes.filter((one) => product === undefined || one.product === product);
  if (ofProduct.length === 0) {
    return refuse('foreign-category', `${shown(product ?? '')} has no category ${name}.`);
  }
  if (service === undefined) return { routes: ofProduct };
  const other = ofService(service, product);
  if ('refused' in other) return other;
  const channels = new Set(other.routes.map(({ channel }) => channel));
  const both = ofProduct.filter(({ channel }) => channels.has(channel));
  if (both.length > 0) return { routes: both };
  return refuse('no-overlap', `No event of the category ${name} stands in a log of the service ${service}.`);
}

function ofService(name: string, product: RouteProduct | undefined): Routing {
  const found = SERVICES.filter((one) => one.name === name && (product === undefined || one.product === product));
  if (found.length > 0) return { routes: found.flatMap(({ routes }) => routes) };
  if (FOREIGN_SERVICES.has(name)) return refuse('foreign-service', `No log of the service ${name} is read here.`);
  const of = product === undefined ? '' : ` of ${product}`;
  const candidates = SERVICES.filter((one) => product === undefined || one.product === product);
  return refuse('unknown-service', `There is no service "${shown(name)}"${of}.${like(name, candidates)}`);
}

/** A known name that differs in case, or in what stands between its words. */
function like(name: string, known: readonly { readonly name: string }[]): string {
  const bare = (text: string): string => text.toLowerCase().replace(/[-_\s]/g, '');
  const near = name.length > 64 ? undefined : known.find((one) => bare(one.name) === bare(name));
  return near === undefined ? '' : ` Did you mean "${near.name}"?`;
}

function shown(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}

function refuse(code: Refusal['code'], text: string): Routing {
  return { refused: { code, text } };
}
