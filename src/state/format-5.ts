/** What format 5 adds to the tables of format 4: the reason of a verdict in one word, and what it names. Verdicts of before have a text alone. */
export const FORMAT_5 = 'ALTER TABLE incident ADD COLUMN judged TEXT';
