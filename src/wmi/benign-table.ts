/** A property that a benign object has: its text, or null where it is absent or NULL. */
export type BenignProperties = readonly (readonly [name: string, value: string | null])[];

/** A subscription that is known to come with Windows or its media, by content (DOMAIN 6). */
export interface BenignSubscription {
  readonly id: string;
  readonly title: string;
  readonly namespace: string;
  readonly filter: {
    readonly name: string;
    readonly query: string;
    readonly eventNamespace: string;
    /** Absent where the table does not fix it. */
    readonly creatorSid?: string;
  };
  readonly consumer: {
    readonly className: string;
    readonly name: string;
    /**
     * Every property of the class that is fixed, `null` for absent. A property that is not listed must be absent or at
     * its default.
     */
    readonly properties: BenignProperties;
  };
  /** What a reader should know when it is met. */
  readonly note?: string;
}

/** Entries whose whole content is public: only these can clear a subscription. */
export const BENIGN_SUBSCRIPTIONS: readonly BenignSubscription[] = [
  {
    id: 'SCM Event Log',
    title: 'the subscription of the Service Control Manager that every Windows has',
    namespace: 'root\\subscription',
    filter: {
      name: 'SCM Event Log Filter',
      query: 'select * from MSFT_SCMEventLogEvent',
      eventNamespace: 'root\\cimv2',
      creatorSid: 'S-1-5-32-544',
    },
    consumer: {
      className: 'NTEventLogEventConsumer',
      name: 'SCM Event Log Consumer',
      properties: [
        ['SourceName', 'Service Control Manager'],
        ['Category', '0'],
        ['EventID', '0'],
        ['EventType', '1'],
        ['InsertionStringTemplates', null],
        ['NumberOfInsertionStrings', '0'],
        ['NameOfUserSIDProperty', 'sid'],
        ['NameOfRawDataProperty', null],
        ['MachineName', null],
        ['MaximumQueueSize', null],
        ['UNCServerName', null],
      ],
    },
  },
  {
    id: 'BVT',
    title: 'a left-over of Windows 7 SP1 and 2008 R2 SP1 media (KB 2545227)',
    namespace: 'root\\subscription',
    filter: {
      name: 'BVTFilter',
      query:
        'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "Win32_Processor" AND ' +
        'TargetInstance.LoadPercentage > 99',
      eventNamespace: 'root\\cimv2',
    },
    consumer: {
      className: 'CommandLineEventConsumer',
      name: 'BVTConsumer',
      properties: [
        ['CommandLineTemplate', 'cscript KernCap.vbs'],
        // The doubled backslashes are stored so; the comparison folds them.
        ['WorkingDirectory', 'C:\\\\tools\\\\kernrate'],
        ['ExecutablePath', null],
        ['MachineName', null],
      ],
    },
    note: 'its script C:\\tools\\kernrate\\KernCap.vbs normally does not exist: whoever creates that file arms it',
  },
];

/** Names that vendors use, without public content: a hint to the reader, never a verdict (DOMAIN 6, "(name)"). */
export interface VendorName {
  readonly name: string;
  readonly vendor: string;
}

export const VENDOR_NAMES: readonly VendorName[] = [
  { name: 'TSLogonFilter', vendor: 'Windows Terminal Services' },
  { name: 'TSLogonEvents', vendor: 'Windows Terminal Services' },
  { name: 'TSLogonEvents.vbs', vendor: 'Windows Terminal Services' },
  { name: 'RAevent', vendor: 'Windows Remote Assistance' },
  { name: 'RAevent.vbs', vendor: 'Windows Remote Assistance' },
  { name: 'RmAssistEventFilter', vendor: 'Windows Remote Assistance' },
  { name: 'DellCommandPowerManagerAlertEventFilter', vendor: 'Dell Command Power Manager' },
  { name: 'DellCommandPowerManagerAlertEventConsumer', vendor: 'Dell Command Power Manager' },
  { name: 'DellCommandPowerManagerPolicyChangeEventFilter', vendor: 'Dell Command Power Manager' },
  { name: 'DellCommandPowerManagerPolicyChangeEventConsumer', vendor: 'Dell Command Power Manager' },
  { name: 'WSCEAA.exe', vendor: 'Dell' },
  { name: 'HPWBEM', vendor: 'HP tools' },
  { name: 'OfficeSyncProvider', vendor: 'Microsoft Office' },
  { name: 'RMScheduledTask', vendor: 'an entry of public allow lists' },
];
