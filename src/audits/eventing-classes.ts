/** Properties that only one class of eventing has, in lower case: how an object without a class is known (DOMAIN 1.1). */
export const propertyNames: readonly { readonly className: string; readonly needed: readonly string[] }[] = [
  { className: '__FilterToConsumerBinding', needed: ['filter', 'consumer'] },
  { className: '__EventFilter', needed: ['name', 'query', 'querylanguage'] },
  { className: '__EventFilter', needed: ['name', 'query', 'eventnamespace'] },
  { className: 'CommandLineEventConsumer', needed: ['name', 'commandlinetemplate'] },
  { className: 'ActiveScriptEventConsumer', needed: ['name', 'scripttext'] },
  { className: 'ActiveScriptEventConsumer', needed: ['name', 'scriptingengine'] },
  { className: 'LogFileEventConsumer', needed: ['name', 'filename', 'text'] },
  { className: 'NTEventLogEventConsumer', needed: ['name', 'sourcename', 'eventid'] },
  { className: 'SMTPEventConsumer', needed: ['name', 'smtpserver'] },
  { className: '__IntervalTimerInstruction', needed: ['timerid', 'intervalbetweenevents'] },
  { className: '__AbsoluteTimerInstruction', needed: ['timerid', 'eventdatetime'] },
];

/**
 * Names that stand together in objects of eventing and nowhere else, spelled as WMI spells them: how a text without class names
 * is known. Sysmon 19 has Name, Query and EventNamespace, and no QueryLanguage.
 */
const MARKS: readonly (readonly string[])[] = [
  ['Name', 'Query', 'QueryLanguage'],
  ['CreatorSID', 'EventAccess', 'EventNamespace'],
  ['CreatorSID', 'MachineName', 'MaximumQueueSize'],
  ['CommandLineTemplate', 'Name'],
  ['CommandLineTemplate', 'ExecutablePath'],
  ['CommandLineTemplate', 'CreatorSID'],
  ['ScriptingEngine', 'ScriptText'],
  ['ScriptingEngine', 'Name'],
  ['Filter', 'Consumer', 'DeliverSynchronously'],
  ['Filter', 'Consumer', 'MaintainSecurityContext'],
  ['Filter', 'Consumer', 'CreatorSID'],
  ['TimerId', 'IntervalBetweenEvents'],
  ['TimerId', 'EventDateTime'],
];

/** True for names of members or columns that only objects of eventing have. */
export function areEventingNames(names: ReadonlySet<string>): boolean {
  return MARKS.some((mark) => mark.every((name) => names.has(name)));
}

const EVENTING =
  /^(?:__EventFilter|__EventConsumer|\w{1,200}EventConsumer|__FilterToConsumerBinding|__\w{0,32}TimerInstruction|__Win32Provider|__\w{1,64}ProviderRegistration)$/i;
const PARENTS =
  /^(?:__EventConsumer|__IndicationRelated|__TimerInstruction|__Provider|__\w{1,64}ProviderRegistration)$/i;
const OTHERS = /^(?:Win32_|CIM_|MSFT_|Msvm_|SMS_|CCM_)/i;

/** True for the classes that subscriptions are made of, by their own names. */
export function isEventingClass(className: string): boolean {
  return EVENTING.test(className);
}

/** True for a direct parent of a class of eventing. */
export function isEventingParent(className: string): boolean {
  return PARENTS.test(className);
}

/** False for what certainly is no part of a subscription: consumers may be of any class that somebody made. */
export function mayBeEventing(className: string, superclasses: readonly string[]): boolean {
  if (isEventingClass(className) || superclasses.some(isEventingParent)) return true;
  return !OTHERS.test(className) && superclasses.length === 0;
}

const BINDING_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['deliversynchronously', 'false'],
  ['maintainsecuritycontext', 'false'],
  ['slowdownproviders', 'false'],
]);
const TIMER_DEFAULTS: ReadonlyMap<string, string> = new Map([['skipifpassed', 'false']]);

/** What bindings and timers have where nobody set it, by lower-case name (CIM-REPOSITORY 7.2, DOMAIN 1.1). */
export function systemDefaults(className: string): ReadonlyMap<string, string> | undefined {
  if (/^__FilterToConsumerBinding$/i.test(className)) return BINDING_DEFAULTS;
  return /^__(?:Interval|Absolute)TimerInstruction$/i.test(className) ? TIMER_DEFAULTS : undefined;
}
