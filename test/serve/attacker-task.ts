/**
 * A process of attackers: begins each named attack at its own rate until it is ended by SIGTERM; then prints what came of them as JSON, `{name: {outcome: count}}`.
 * Arguments: URL, key, how long one attack holds on in milliseconds, names.
 */
import { ATTACKS } from './attacks.ts';

const [url = '', key = '', untilMs = '', ...names] = process.argv.slice(2);
const target = { url, key, untilMs: Number(untilMs) };
const outcomes: Record<string, Record<string, number>> = {};
for (const name of names) {
  const attack = ATTACKS[name];
  if (attack === undefined) throw new RangeError(`no attack is called ${name}`);
  const counts: Record<string, number> = {};
  outcomes[name] = counts;
  const startMs = performance.now();
  let begun = 0;
  // Timers come late on a busy machine: what is due is counted from the start, so that the rate is kept.
  setInterval(() => {
    const due = ((performance.now() - startMs) / 1000) * attack.perSecond;
    for (; begun < due; begun++) {
      void attack.act(target).then((outcome) => {
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      });
    }
  }, 10);
}
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(outcomes)}\n`, () => process.exit(0));
});
process.stdout.write('ready\n');
