import type { Page } from 'playwright-core';

/** One place of the page, and how it comes about once its address is open. */
export interface Place {
  /** Of its files, and its heading. */
  readonly name: string;
  readonly path: string;
  /** What stands there when it is drawn. */
  readonly shown: string;
  /** What is pressed before it is taken. */
  readonly press?: (page: Page) => Promise<void>;
  /** It is looked at whole, though it scrolls in a box of its own. */
  readonly isTall?: boolean;
  /** It is taken on paper too. */
  readonly isPrinted?: boolean;
  /** Nobody is signed in there. */
  readonly isOutside?: boolean;
}

/** Incidents of the demo in the states that `preparePlaces` brings about. */
const [OPEN, ACKNOWLEDGED, CONTAINED] = [1, 2, 3] as const;

const tab = (name: string): Place => ({
  name: `incident, ${name}`,
  path: `/incidents/INC-${CONTAINED}?tab=${name}`,
  shown: `#panel-${name}`,
  isTall: true,
});
const dialog = (name: string, key: string): Place => ({
  name: `dialog, ${name}`,
  path: `/incidents/INC-${OPEN}`,
  shown: '.inc h2',
  press: async (page) => {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
  },
});

/** Every page, every tab, the states of an incident and its main dialogs. */
export const PLACES: readonly Place[] = [
  { name: 'sign-in', path: '/incidents', shown: 'form', isOutside: true },
  { name: 'queue', path: '/incidents', shown: '.vlist li', isPrinted: true },
  {
    name: 'queue, two selected',
    path: '/incidents',
    shown: '.vlist li',
    press: async (page) => {
      for (const box of [0, 1]) await page.locator('.vlist input[type=checkbox]').nth(box).check();
    },
  },
  { name: 'queue, by payload', path: '/incidents?group=payload', shown: '.vlist li', isPrinted: true },
  { name: 'queue, nothing fits', path: '/incidents?q=host:nowhere', shown: '.queue .state' },
  { name: 'incident, open', path: `/incidents/INC-${OPEN}`, shown: '.inc h2', isTall: true, isPrinted: true },
  { name: 'incident, acknowledged', path: `/incidents/INC-${ACKNOWLEDGED}`, shown: '.inc h2' },
  { name: 'incident, contained', path: `/incidents/INC-${CONTAINED}`, shown: '.inc h2' },
  {
    name: 'incident, a record open',
    path: `/incidents/INC-${OPEN}`,
    shown: '.evs .sum',
    press: async (page) => {
      await page.locator('.evs .sum').first().click();
      await page.getByText('EventRecordID').first().waitFor();
    },
    isTall: true,
  },
  ...['time', 'confidence', 'gaps', 'steps', 'notes', 'history'].map(tab),
  dialog('verdict', 'v'),
  dialog('note', 'n'),
  dialog('suppress', 'z'),
  dialog('help', '?'),
  { name: 'subscriptions', path: '/subscriptions', shown: 'main table' },
  {
    name: 'dossier',
    path: '/subscriptions',
    shown: 'main table',
    press: async (page) => {
      await page.locator('main table a').first().click();
      await page.getByRole('heading', { name: 'Records' }).waitFor();
    },
    isTall: true,
  },
  { name: 'hosts', path: '/hosts', shown: 'main table' },
  { name: 'hosts, what each sends', path: '/hosts?view=coverage', shown: 'main table' },
  { name: 'search, empty', path: '/search', shown: 'main .state' },
  { name: 'search, hits', path: '/search?q=powershell.exe', shown: '.vlist .event' },
  { name: 'search, no hits', path: '/search?q=nowhere.at.all', shown: 'main .state' },
  { name: 'rules', path: '/rules', shown: 'main table' },
  { name: 'rules, analytics', path: '/rules?view=analytics', shown: 'main table' },
  { name: 'rules, suppressions', path: '/rules?view=suppressions', shown: 'main .state' },
  { name: 'senders', path: '/senders', shown: 'main h1' },
  { name: 'account', path: '/account', shown: 'main table' },
];

/** Brings incidents into the states that the places show, as a person does it. */
export async function preparePlaces(page: Page): Promise<void> {
  const open = async (number: number): Promise<void> => {
    await page.goto(new URL(`/incidents/INC-${number}`, page.url()).href);
    await page.getByRole('article', { name: `Incident INC-${number}` }).waitFor();
  };
  const said = (words: string): Promise<void> => page.getByRole('status').filter({ hasText: words }).first().waitFor();
  await open(ACKNOWLEDGED);
  await page.keyboard.press('a');
  await said('acknowledged');
  await open(CONTAINED);
  await page.keyboard.press('v');
  await page.getByRole('radio', { name: /^Malicious/ }).check();
  await page.getByRole('radio', { name: /^attack / }).check();
  await page.getByRole('dialog').getByLabel('Why').fill('Hidden PowerShell that nobody knows of.');
  await page.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
  await said('judged malicious');
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Note').fill('The owner was on leave that day.');
  await page.getByRole('dialog').getByRole('button', { name: 'Add note' }).click();
  await said('Note added');
  await page.keyboard.press('c');
  await page.getByRole('region', { name: 'Contain' }).getByRole('checkbox').first().click();
  await said('contained');
}
