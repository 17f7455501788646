/** One label of a form and the field whose value stands behind it. */
export interface FormSlot {
  readonly label: string;
  readonly field: string;
  /** True when the value goes on over blank lines and labels: nothing is read behind it. */
  readonly isLong: boolean;
}

/** A label at the left edge with its own value (one slot without a section), or a section. */
export interface FormGroup {
  /** Undefined for a label with a value of its own. */
  readonly section: string | undefined;
  readonly slots: readonly FormSlot[];
  /** True for a section whose labels are values themselves. */
  readonly isFree: boolean;
}

/** The forms of one event's message, from the oldest version on, as English Windows renders them. */
export interface MessageForms {
  readonly forms: readonly (readonly FormGroup[])[];
  /** What follows a long value in English. */
  readonly follows?: string;
}

const account = (who: string): string =>
  `Security ID=${who}UserSid, Account Name=${who}UserName, Account Domain=${who}DomainName, Logon ID=${who}LogonId`;
const SUBJECT = `Subject: ${account('Subject')}`;
const TARGET_AS_SUBJECT = `Subject: ${account('Target')}`;
const PROCESS = 'Process Information: Process ID=ProcessId, Process Name=ProcessName';
const ORIGIN =
  'Network Information: Workstation Name=WorkstationName, Source Network Address=IpAddress, Source Port=IpPort';
const AUTHENTICATION =
  'Detailed Authentication Information: Logon Process=LogonProcessName, Authentication Package=AuthenticationPackageName, Transited Services=TransmittedServices, Package Name (NTLM only)=LmPackageName, Key Length=KeyLength';
const NEW_LOGON = `New Logon: ${account('Target')}, Logon GUID=LogonGuid`;
const NEW_LOGON_2 = `New Logon: ${account('Target')}, Linked Logon ID=TargetLinkedLogonId, Network Account Name=TargetOutboundUserName, Network Account Domain=TargetOutboundDomainName, Logon GUID=LogonGuid`;
const LEVEL = 'Impersonation Level=ImpersonationLevel';
const ENDS = `${PROCESS}; ${ORIGIN}; ${AUTHENTICATION}`;
const NEW_PROCESS =
  'New Process ID=NewProcessId, New Process Name=NewProcessName, Token Elevation Type=TokenElevationType';
const CREATOR = `Creator Subject: ${account('Subject')}; Target Subject: ${account('Target')}`;
const SHARE_ORIGIN = 'Network Information: Object Type=ObjectType, Source Address=IpAddress, Source Port=IpPort';
const TASK = 'Task Name=TaskName';
const SERVICE =
  'Service Name=ServiceName, Service File Name=ServiceFileName, Service Type=ServiceType, Service Start Type=ServiceStartType, Service Account=ServiceAccount';

const SECURITY_FORMS: readonly (readonly [ids: readonly number[], forms: readonly string[], follows?: string])[] = [
  [
    [4624],
    [
      `${SUBJECT}; Logon Type=LogonType; ${NEW_LOGON}; ${ENDS}`,
      `${SUBJECT}; Logon Type=LogonType; ${LEVEL}; ${NEW_LOGON}; ${ENDS}`,
      `${SUBJECT}; Logon Information: Logon Type=LogonType, Restricted Admin Mode=RestrictedAdminMode, Virtual Account=VirtualAccount, Elevated Token=ElevatedToken; ${LEVEL}; ${NEW_LOGON_2}; ${ENDS}`,
      `${SUBJECT}; Logon Information: Logon Type=LogonType, Restricted Admin Mode=RestrictedAdminMode, Remote Credential Guard=RemoteCredentialGuard, Virtual Account=VirtualAccount, Elevated Token=ElevatedToken; ${LEVEL}; ${NEW_LOGON_2}; ${ENDS}`,
    ],
  ],
  [
    [4625],
    [
      `${SUBJECT}; Logon Type=LogonType; Account For Which Logon Failed: Security ID=TargetUserSid, Account Name=TargetUserName, Account Domain=TargetDomainName; Failure Information: Failure Reason=FailureReason, Status=Status, Sub Status=SubStatus; Process Information: Caller Process ID=ProcessId, Caller Process Name=ProcessName; ${ORIGIN}; ${AUTHENTICATION}`,
    ],
  ],
  [[4634], [`${TARGET_AS_SUBJECT}; Logon Type=LogonType`]],
  [[4647], [TARGET_AS_SUBJECT]],
  [
    [4648],
    [
      `${SUBJECT}, Logon GUID=LogonGuid; Account Whose Credentials Were Used: Account Name=TargetUserName, Account Domain=TargetDomainName, Logon GUID=TargetLogonGuid; Target Server: Target Server Name=TargetServerName, Additional Information=TargetInfo; ${PROCESS}; Network Information: Network Address=IpAddress, Port=IpPort`,
    ],
  ],
  [[4672], [`${SUBJECT}; Privileges=PrivilegeList`]],
  [
    [4688],
    [
      `${SUBJECT}; Process Information: ${NEW_PROCESS}, Creator Process ID=ProcessId`,
      `${SUBJECT}; Process Information: ${NEW_PROCESS}, Creator Process ID=ProcessId, Process Command Line=CommandLine*`,
      `${CREATOR}; Process Information: ${NEW_PROCESS}, Creator Process ID=ProcessId, Process Command Line=CommandLine*`,
      `${CREATOR}; Process Information: ${NEW_PROCESS}, Mandatory Label=MandatoryLabel, Creator Process ID=ProcessId, Creator Process Name=ParentProcessName, Process Command Line=CommandLine*`,
    ],
    'Token Elevation Type indicates the type of token',
  ],
  [[4689], [`${SUBJECT}; Process Information: Process ID=ProcessId, Process Name=ProcessName, Exit Status=Status`]],
  [[4697], [`${SUBJECT}; Service Information: ${SERVICE}`]],
  [[4698, 4699, 4700, 4701], [`${SUBJECT}; Task Information: ${TASK}, Task Content=TaskContent*`]],
  [[4702], [`${SUBJECT}; Task Information: ${TASK}, Task New Content=TaskContentNew*`]],
  [
    [4769],
    [
      'Account Information: Account Name=TargetUserName, Account Domain=TargetDomainName, Logon GUID=LogonGuid; Service Information: Service Name=ServiceName, Service ID=ServiceSid; Network Information: Client Address=IpAddress, Client Port=IpPort; Additional Information: Ticket Options=TicketOptions, Ticket Encryption Type=TicketEncryptionType, Failure Code=Status, Transited Services=TransmittedServices',
    ],
  ],
  [
    [4776],
    [
      'Authentication Package=PackageName; Logon Account=TargetUserName; Source Workstation=Workstation; Error Code=Status',
    ],
  ],
  [
    [5140],
    [
      `${SUBJECT}; ${SHARE_ORIGIN}; Share Information: Share Name=ShareName, Share Path=ShareLocalPath; Access Request Information: Access Mask=AccessMask, Accesses=AccessList`,
    ],
  ],
  [
    [5145],
    [
      `${SUBJECT}; ${SHARE_ORIGIN}; Share Information: Share Name=ShareName, Share Path=ShareLocalPath, Relative Target Name=RelativeTargetName; Access Request Information: Access Mask=AccessMask, Accesses=AccessList; Access Check Results: *`,
    ],
  ],
  [
    [5156],
    [
      'Application Information: Process ID=ProcessID, Application Name=Application; Network Information: Direction=Direction, Source Address=SourceAddress, Source Port=SourcePort, Destination Address=DestAddress, Destination Port=DestPort, Protocol=Protocol; Filter Information: Filter Run-Time ID=FilterRTID, Layer Name=LayerName, Layer Run-Time ID=LayerRTID',
    ],
  ],
  [
    [5158],
    [
      'Application Information: Process ID=ProcessId, Application Name=Application; Network Information: Source Address=SourceAddress, Source Port=SourcePort, Protocol=Protocol; Filter Information: Filter Run-Time ID=FilterRTID, Layer Name=LayerName, Layer Run-Time ID=LayerRTID',
    ],
  ],
];

function formsOf(texts: readonly string[], follows: string | undefined): MessageForms {
  const forms = texts.map((text) => text.split('; ').map(groupOf));
  return follows === undefined ? { forms } : { forms, follows };
}

function groupOf(text: string): FormGroup {
  const colon = text.indexOf(': ');
  if (colon < 0) return { section: undefined, slots: [slotOf(text)], isFree: false };
  const body = text.slice(colon + 2);
  const isFree = body === '*';
  return { section: text.slice(0, colon), slots: isFree ? [] : body.split(', ').map(slotOf), isFree };
}

function slotOf(text: string): FormSlot {
  const equals = text.lastIndexOf('=');
  const field = text.slice(equals + 1);
  const isLong = field.endsWith('*');
  return { label: text.slice(0, equals), field: isLong ? field.slice(0, -1) : field, isLong };
}

const FORMS = new Map<string, MessageForms>();
for (const [ids, texts, follows] of SECURITY_FORMS) {
  for (const id of ids) FORMS.set(`microsoft-windows-security-auditing ${id}`, formsOf(texts, follows));
}
FORMS.set(
  'microsoft-windows-eventlog 1102',
  formsOf(
    [
      'Subject: Security ID=SubjectUserSid, Account Name=SubjectUserName, Domain Name=SubjectDomainName, Logon ID=SubjectLogonId',
    ],
    undefined,
  ),
);
FORMS.set(
  'service control manager 7045',
  formsOf(
    [
      'Service Name=ServiceName; Service File Name=ImagePath; Service Type=ServiceType; Service Start Type=StartType; Service Account=AccountName',
    ],
    undefined,
  ),
);

/** The forms of an event's message, undefined for events whose message is not read so. Provider in lower case. */
export function messageFormsOf(provider: string, eventId: number): MessageForms | undefined {
  return FORMS.get(`${provider} ${eventId}`);
}
