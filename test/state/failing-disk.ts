/** Commits while the disk fails and after it: prints one line of JSON with what each commit was told. Run with the shim of disk-errors.c. */
import { rmSync, writeFileSync } from 'node:fs';
import { codeOf, openedState } from './opened-state.ts';
import { stepTo } from './written-steps.ts';

const [folder = '', flag = ''] = process.argv.slice(2);
const state = await openedState(folder);
const told: string[] = [];
let judged = 0;

/** One step; the same one again as long as it was not acknowledged. */
async function commit(): Promise<void> {
  const code = await codeOf(state.call('commit', stepTo(judged + 3)));
  told.push(code);
  if (code === 'done') judged += 3;
}

await commit();
for (const call of ['s', 'w']) {
  writeFileSync(flag, call);
  await commit();
  await commit();
  rmSync(flag);
  await commit();
  await commit();
}
await state.close();
console.log(JSON.stringify({ told, judged }));
