import { computed, type ReadonlySignal } from '@preact/signals';
import { place } from '../kit/router.ts';
import { hasCutTitle, parseQueueQuery, type QueueQuery } from './query.ts';
import { shownRows } from './store.ts';

/** What the queue shows where the URL says nothing: what is still to be done. */
export const PRESET_QUERY = 'state:open,acknowledged,contained';

export const queryText: ReadonlySignal<string> = computed(() => place.value.query.get('q') ?? PRESET_QUERY);
export const query: ReadonlySignal<QueueQuery> = computed(() => parseQueueQuery(queryText.value));

const hasCutTitles: ReadonlySignal<boolean> = computed(() => [...shownRows.value.values()].some(hasCutTitle));

/** The words that the server is asked for; empty where the rows tell all. */
export const askedWords: ReadonlySignal<string> = computed(() => {
  const { problems, ofServer, ofTitles } = query.value;
  if (problems.length > 0) return '';
  return [ofServer, ofTitles !== '' && hasCutTitles.value ? ofTitles : ''].filter((words) => words !== '').join(' ');
});
