import type { TrueInstance } from './generation.ts';
import { type OrdinaryOptions, ordinaryRepository } from './ordinary.ts';
import type { RepositoryWriter } from './repository-writer.ts';
import { intervalTimer, plantSubscription, type TrueSubscription } from './subscription.ts';

export interface PlantedRepository {
  readonly repository: RepositoryWriter;
  /** Runs a command when a process starts; in the second generation and after. */
  readonly command: TrueSubscription;
  /** Runs a script when the timer fires; in the third generation. */
  readonly script: TrueSubscription;
  readonly timer: TrueInstance;
}

/** An ordinary repository in which an attacker planted a command, and after another checkpoint a script on a timer. */
export function plantedRepository(options: OrdinaryOptions = {}): PlantedRepository {
  const repository = ordinaryRepository(options);
  repository.checkpoint();
  const command = plantSubscription(repository, {
    name: 'ProcessStartTrigger',
    consumerName: 'Launcher',
    query: "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'",
    consumer: {
      className: 'CommandLineEventConsumer',
      values: {
        CommandLineTemplate: 'powershell.exe -NoProfile -EncodedCommand dwBoAG8AYQBtAGkA',
        RunInteractively: false,
      },
    },
  });
  repository.checkpoint();
  const timer = intervalTimer(repository, 'root\\cimv2', 'Timer', 3_600_000);
  const script = plantSubscription(repository, {
    name: 'TimingIntervalTrigger',
    consumerName: 'Beacon',
    query: "SELECT * FROM __TimerEvent WHERE TimerID = 'Timer'",
    eventNamespace: 'ROOT\\cimv2',
    consumer: {
      className: 'ActiveScriptEventConsumer',
      values: {
        ScriptingEngine: 'VBScript',
        ScriptText: 'Set s = CreateObject("WScript.Shell")\r\ns.Run "cmd.exe /c whoami", 0, False\r\n',
        KillTimeout: 45,
      },
    },
  });
  repository.checkpoint();
  return { repository, command, script, timer };
}
