import type { Link } from '../../incidents/index.ts';
import { UTC_CLOCK } from '../clock.ts';
import type { Case } from './case.ts';

/** Characters of a command line that stand beside a claim. */
const MAX_COMMAND = 60;

/** What links with the same words are about: `cmd.exe /c whoami, 09:44:04.200`, by link. A link whose words no other has needs none. */
export function linkSubjects(item: Case): ReadonlyMap<Link, string> {
  const subjects = new Map<Link, string>();
  for (const links of Map.groupBy(item.incident.links, ({ claim }) => claim).values()) {
    if (links.length < 2) continue;
    for (const link of links) {
      const subject = subjectOf(link, item);
      if (subject !== '') subjects.set(link, subject);
    }
  }
  return subjects;
}

/** The command and the time of the first thing that a link ties: a hop, else a finding. */
function subjectOf({ id, between }: Link, { incident, findings }: Case): string {
  const hop = incident.edges.find((edge) => edge.links.includes(id));
  const finding = findings.find((one) => between.includes(one.id));
  const command = finding?.process?.commandLine ?? hop?.process?.commandLine ?? '';
  const time = finding?.time ?? hop?.time;
  const short = command.length > MAX_COMMAND ? `${command.slice(0, MAX_COMMAND).toWellFormed()}…` : command;
  return [short, time === undefined ? '' : UTC_CLOCK.timeOfDay(time)].filter((part) => part !== '').join(', ');
}
