import { METRICS, type MetricName, type MetricRow } from './metric-table.ts';

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Series of one metric; more are put together under `other`, so that nobody outside makes memory grow (L15). */
const MAX_SERIES = 500;

/** Counts and measures of the server, and their text form for Prometheus (0.0.4). */
export class Metrics {
  readonly #numbers = new Map<MetricName, Map<string, number>>();
  readonly #histograms = new Map<MetricName, Map<string, Histogram>>();

  /** Adds to a counter. Labels stand in the order of the table. */
  count(name: MetricName, labels: readonly string[] = [], by = 1): void {
    const series = this.#series(this.#numbers, name);
    const key = keyOf(series, METRICS[name], labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Sets a gauge. */
  set(name: MetricName, value: number, labels: readonly string[] = []): void {
    const series = this.#series(this.#numbers, name);
    series.set(keyOf(series, METRICS[name], labels), value);
  }

  /** Forgets the series of a gauge, before they are set anew. */
  clear(name: MetricName): void {
    this.#numbers.delete(name);
  }

  /** Adds a measure to a histogram. */
  observe(name: MetricName, value: number, labels: readonly string[] = []): void {
    const series = this.#series(this.#histograms, name);
    const key = keyOf(series, METRICS[name], labels);
    const buckets = METRICS[name].buckets ?? [];
    const histogram = series.get(key) ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
    const at = buckets.findIndex((bound) => value <= bound);
    if (at >= 0) histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
    histogram.sum += value;
    histogram.count++;
    series.set(key, histogram);
  }

  /** The sum of a counter or gauge over all of its series. */
  total(name: MetricName): number {
    return [...(this.#numbers.get(name)?.values() ?? [])].reduce((sum, value) => sum + value, 0);
  }

  text(): string {
    return Object.entries(METRICS)
      .map(([name, row]) => {
        const lines =
          row.kind === 'histogram' ? this.#histogramLines(name as MetricName, row) : this.#lines(name as MetricName);
        return [`# HELP ${name} ${row.text}`, `# TYPE ${name} ${row.kind}`, ...lines].join('\n');
      })
      .join('\n')
      .concat('\n');
  }

  #lines(name: MetricName): readonly string[] {
    return sorted(this.#numbers.get(name)).map(([labels, value]) => `${name}${braced(labels)} ${value}`);
  }

  #histogramLines(name: MetricName, { buckets = [] }: MetricRow): readonly string[] {
    return sorted(this.#histograms.get(name)).flatMap(([labels, { counts, sum, count }]) => {
      let below = 0;
      const rows = buckets.map((bound, at) => {
        below += counts[at] ?? 0;
        return `${name}_bucket${braced(labels, `le="${bound}"`)} ${below}`;
      });
      return [
        ...rows,
        `${name}_bucket${braced(labels, 'le="+Inf"')} ${count}`,
        `${name}_sum${braced(labels)} ${sum}`,
        `${name}_count${braced(labels)} ${count}`,
      ];
    });
  }

  #series<T>(table: Map<MetricName, Map<string, T>>, name: MetricName): Map<string, T> {
    const known = table.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, T>();
    table.set(name, made);
    return made;
  }
}

function keyOf(series: ReadonlyMap<string, unknown>, { labels }: MetricRow, values: readonly string[]): string {
  const written = (of: readonly string[]): string =>
    labels.map((label, at) => `${label}="${escaped(of[at] ?? '')}"`).join(',');
  const key = written(values);
  return series.has(key) || series.size < MAX_SERIES ? key : written(labels.map(() => 'other'));
}

function escaped(text: string): string {
  return text.slice(0, 128).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function braced(labels: string, more = ''): string {
  const all = [labels, more].filter((part) => part !== '').join(',');
  return all === '' ? '' : `{${all}}`;
}

function sorted<T>(series: ReadonlyMap<string, T> | undefined): readonly (readonly [string, T])[] {
  return [...(series ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}
