import type { UsageProblem } from './arguments.ts';
import { type Invocation, isGiven, parseArguments } from './arguments.ts';
import { type Environment, memoryBytes, packageVersion, workingFolder } from './environment.ts';
import { allHelp, commandHelp, groupHelp, overview } from './help.ts';
import { messageText } from './messages.ts';
import { OutputLostError } from './output.ts';

/** Runs one command line; gives the exit code (PRODUCT 5). Commands are loaded when they are called. */
export async function main(argv: readonly string[], given?: Partial<Environment>): Promise<number> {
  const environment = environmentOf(argv, given);
  const folder = workingFolder(environment);
  if (folder !== undefined) process.chdir(folder);
  const parsed = parseArguments(argv);
  switch (parsed.kind) {
    case 'version':
      return print(environment, `triad ${environment.version}\n`, 0);
    case 'help':
      if (parsed.command !== undefined) return print(environment, commandHelp(parsed.command), 0);
      if (parsed.isAsked) return print(environment, allHelp(environment.version), 0);
      environment.stderr.write(overview(environment.version));
      return 2;
    case 'group': {
      const text = groupHelp(parsed.word, parsed.commands);
      if (parsed.isAsked) return print(environment, text, 0);
      environment.stderr.write(text);
      return 2;
    }
    case 'wrong':
      return refuse(environment, parsed.problems);
    case 'run':
      return await run(parsed.invocation, environment);
  }
}

function environmentOf(argv: readonly string[], given: Partial<Environment> | undefined): Environment {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    variables: process.env,
    platform: process.platform,
    version: packageVersion(),
    wallMs: () => Date.now(),
    steadyMs: () => performance.now(),
    memoryBytes,
    argv,
    ...given,
  };
}

async function run(invocation: Invocation, environment: Environment): Promise<number> {
  try {
    switch (invocation.command.verb) {
      case 'hunt':
        return await (await import('./hunt.ts')).runHunt(invocation, environment);
      case 'explain':
        return await (await import('./explain.ts')).runExplain(invocation, environment);
      case 'graph':
        return await (await import('./graph.ts')).runGraph(invocation, environment);
      case 'report':
        return await (await import('./report.ts')).runReport(invocation, environment);
      case 'analytics':
        return await (await import('./analytics.ts')).runAnalytics(invocation, environment);
      case 'collect':
        return await (await import('./collect.ts')).runCollect(invocation, environment);
      case 'dump':
        return await (await import('./dump.ts')).runDump(invocation, environment);
      case 'inspect':
        return await (await import('./inspect.ts')).runInspect(invocation, environment);
      case 'rules check':
        return await (await import('./rules-check.ts')).runRulesCheck(invocation, environment);
      case 'rules list':
        return await (await import('./rules-list.ts')).runRulesList(invocation, environment);
      case 'rules explain':
        return await (await import('./rules-explain.ts')).runRulesExplain(invocation, environment);
      case 'rules test':
        return await (await import('./rules-test.ts')).runRulesTest(invocation, environment);
      case 'rules diff':
        return await (await import('./rules-diff.ts')).runRulesDiff(invocation, environment);
      case 'rules compile':
        return await (await import('./rules-compile.ts')).runRulesCompile(invocation, environment);
      case 'rules convert':
        return await (await import('./rules-convert.ts')).runRulesConvert(invocation, environment);
      case 'repo':
        return await (await import('./repo.ts')).runRepo(invocation, environment);
      case 'decode':
        return await (await import('./decode.ts')).runDecode(invocation, environment);
      case 'serve':
        if (isGiven(invocation, 'demo')) return await (await import('./demo.ts')).runDemo(invocation, environment);
        return await (await import('./serve.ts')).runServe(invocation, environment);
      case 'config check':
      case 'config explain':
        return await (await import('./config.ts')).runConfig(invocation, environment);
      case 'sender add':
      case 'sender list':
      case 'sender revoke':
      case 'sender hosts':
        return await (await import('./sender.ts')).runSender(invocation, environment);
      case 'key add':
      case 'key list':
      case 'key rotate':
      case 'key revoke':
        return await (await import('./key.ts')).runKey(invocation, environment);
      case 'user add':
      case 'user list':
      case 'user role':
      case 'user reset':
      case 'user confirm':
        return await (await import('./user.ts')).runUser(invocation, environment);
      case 'incidents list':
      case 'incidents show':
      case 'incidents ack':
      case 'incidents assign':
      case 'incidents verdict':
      case 'incidents contain':
      case 'incidents step':
      case 'incidents note':
      case 'incidents close':
      case 'incidents reopen':
        return await (await import('./incidents.ts')).runIncidents(invocation, environment);
      case 'search':
        return await (await import('./search.ts')).runSearch(invocation, environment);
      case 'suppress add':
      case 'suppress preview':
      case 'suppress list':
      case 'suppress end':
        return await (await import('./suppress.ts')).runSuppress(invocation, environment);
      case 'findings list':
      case 'findings show':
      case 'subscriptions list':
      case 'subscriptions show':
      case 'hosts list':
      case 'hosts show':
        return await (await import('./found.ts')).runFound(invocation, environment);
      case 'watch':
        return await (await import('./watch.ts')).runWatch(invocation, environment);
      case 'outbox list':
      case 'outbox retry':
      case 'outbox test':
        return await (await import('./outbox.ts')).runOutbox(invocation, environment);
      case 'deadletter list':
      case 'deadletter retry':
        return await (await import('./dead-letter.ts')).runDeadLetter(invocation, environment);
      case 'doctor':
        return await (await import('./doctor.ts')).runDoctor(invocation, environment);
      case 'backup':
        return await (await import('./backup.ts')).runBackup(invocation, environment);
      case 'restore':
        return await (await import('./restore.ts')).runRestore(invocation, environment);
      case 'replay':
        return await (await import('./replay.ts')).runReplay(invocation, environment);
      case 'pin add':
      case 'pin list':
      case 'pin rm':
      case 'pin check':
        return await (await import('./pin.ts')).runPin(invocation, environment);
      case 'verify':
        return await (await import('./verify.ts')).runVerify(invocation, environment);
      default:
        throw new Error(`no code for ${invocation.command.verb}`);
    }
  } catch (cause) {
    return fail(cause, invocation, environment);
  }
}

/** Output lost or an internal error: one message, exit 4; the stack only with --debug (L30). */
function fail(cause: unknown, invocation: Invocation, environment: Environment): number {
  const isLost = cause instanceof OutputLostError;
  const message = cause instanceof Error ? cause.message : String(cause);
  environment.stderr.write(
    messageText('error', {
      code: isLost ? 'TRIAD-E-IO-OUTPUT-LOST' : 'TRIAD-E-INTERNAL',
      place: isLost ? cause.path : `triad ${invocation.command.verb}`,
      message,
      action: isLost
        ? 'No file was left under its final name. Free space or choose another place, and run again.'
        : 'This is a bug in Triad: please report it with the output of the same command and --debug.',
    }),
  );
  if (isGiven(invocation, 'debug') && cause instanceof Error) environment.stderr.write(`${cause.stack ?? ''}\n`);
  return 4;
}

/** Usage problems: all of them, exit 2. */
export function refuse(environment: Environment, problems: readonly UsageProblem[]): number {
  for (const problem of problems) environment.stderr.write(messageText('error', problem));
  return 2;
}

function print(environment: Environment, text: string, code: number): number {
  environment.stdout.write(text);
  return code;
}
