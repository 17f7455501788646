/** What kills processes, cuts writes and fills disks: its durability is the first promise (L24), so no bound of time leaves it out. */
const CRASHES = /(?:^|[/.-])(?:kill|crash|disk|faults)[.-]/;

/**
 * Long test files in the order in which they begin: crashes and kills always first, then the rest, which begins with another file each
 * day, so that a bound of time does not leave the same ones out for ever. `day` is a count of days; left out, nothing is turned.
 */
export function longOrder(files: readonly string[], day = 0): readonly string[] {
  const [first, rest] = [files.filter(isCrash), files.filter((file) => !isCrash(file))];
  const turned = rest.length === 0 ? 0 : (day * 17) % rest.length;
  return [...first, ...rest.slice(turned), ...rest.slice(0, turned)];
}

function isCrash(file: string): boolean {
  return CRASHES.test(file);
}
