/** For `node --import`: an analytic with a bug, in every thread of the program. T01 ends on any cleared log of this machine. */
import { T01 } from '../../src/analytics/catalogue/t01.ts';

export const POISONED = 'POISON-01.corp.example.com';

const { open } = T01;
Object.assign(T01, {
  open: (...[bench]: Parameters<typeof open>) => {
    const watch = open(bench);
    const accept = watch.accept?.bind(watch);
    watch.accept = (host, event) => {
      if (event.computer === POISONED) throw new TypeError('a planted bug');
      accept?.(host, event);
    };
    return watch;
  },
});
