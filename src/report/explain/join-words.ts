/** What a row of the join table equates, what breaks it, and what would say it better: DOMAIN 2.3, SETTLED C6. */
export interface JoinWords {
  readonly equates: string;
  readonly breaks: string;
  readonly stronger?: Wish;
}

/** Records that would say it better, and what they are called: who has one of them needs no advice to look for it. */
export interface Wish {
  readonly text: string;
  /** Short channel and event id. */
  readonly records: readonly string[];
  /** Where they would have to be; absent = on any host. */
  readonly on?: 'source';
}

const OTHER_END: Wish = {
  text: 'the logs of the source host: Sysmon 3 or Security 5156 with the port of the logon',
  records: ['Sysmon 3', 'Security 5156'],
  on: 'source',
};

export const JOIN_WORDS: Readonly<Record<string, JoinWords>> = {
  J1: {
    equates: 'LogonId of the process and of a logon, on one host in one boot',
    breaks: 'the logon is of another boot, or the process asked for a new logon of its own',
    stronger: {
      text: 'Sysmon 1, or 4688 of version 2, which name the LogonId of the process itself',
      records: ['Sysmon 1'],
    },
  },
  J2: {
    equates: 'address and port of a logon and of a connection that the source made',
    breaks: 'address translation rewrote the port, or the named host is a relay of another one',
  },
  J3: {
    equates: 'both ends of one connection, as two machines logged it',
    breaks: 'address translation lies between, or the port was used again within a minute',
  },
  J4: {
    equates: 'the client end of a call on the network and of a logon',
    breaks: 'the sensor stands behind address translation',
  },
  J5: { equates: 'LogonGuid of explicit credentials and of a service ticket', breaks: 'the ticket came from a cache' },
  J6: {
    equates: 'account, address and service of a ticket and of a logon',
    breaks: 'a cached ticket, delegation, or another name of the service',
    stronger: OTHER_END,
  },
  J7: {
    equates: 'account and server name of explicit credentials and of a logon',
    breaks: 'another call with the same credentials in the same seconds',
    stronger: OTHER_END,
  },
  J8: {
    equates: 'the target in a command line of the source and the act on it',
    breaks: 'the command failed, or named the target for another reason',
    stronger: OTHER_END,
  },
  J9: { equates: 'a name that a process looked up and the address that it then reached', breaks: 'a cached name' },
  J10: {
    equates: 'host and process id of a WMI client and of a process there',
    breaks: 'the client gave a false name, or the process id was used again',
    stronger: { text: 'the WMI trace, which adds the creation time of the client process', records: ['WMI trace 11'] },
  },
  J11: { equates: 'process id and creation time, by the WMI trace', breaks: 'nothing that keeps both equal' },
  J12: {
    equates: 'account of the writer and the only remote logon of it that was open',
    breaks: 'a local session of the same account, or a logon older than the log',
    stronger: OTHER_END,
  },
  J13: {
    equates: 'SID of the creator and of a logon',
    breaks: 'a creator that is a group, such as S-1-5-32-544',
    stronger: {
      text: 'Sysmon 19 to 21, which name the account that wrote each part',
      records: ['Sysmon 19', 'Sysmon 20', 'Sysmon 21'],
    },
  },
  J14: {
    equates: 'time of a registration and of an authorisation of the same account',
    breaks: 'a registration that repeats when WMI starts',
  },
  J15: {
    equates: 'what a consumer would run and what WMI started',
    breaks: 'another consumer with the same command, or a person who ran it by WMI',
    stronger: { text: 'Sysmon 1 with the whole command line of what ran', records: ['Sysmon 1'] },
  },
  J16: {
    equates: 'the name of a file that both ends touched over a share',
    breaks: 'a second client that opened the same file in that minute',
  },
  J17: {
    equates: 'account of a WinRM session and a connection to 5985 or 5986',
    breaks: 'a proxy or a load balancer between the two',
    stronger: { text: 'Security 5156 on both hosts', records: ['Security 5156'], on: 'source' },
  },
  J18: {
    equates: 'one file on two hosts',
    breaks: 'a common tool that many hosts have',
    stronger: { text: 'the SHA-256 of both copies', records: [] },
  },
  J19: { equates: 'content of a subscription on two hosts', breaks: 'a product that installs it on both' },
  J20: {
    equates: 'an account on one host and later on another',
    breaks: 'ordinary work of an administrator',
    stronger: OTHER_END,
  },
  J21: {
    equates: 'a redirected command and the only remote client of the share at that time',
    breaks: 'several clients of the share',
    stronger: {
      text: 'Security 5140 or 5145: detailed file share auditing',
      records: ['Security 5140', 'Security 5145'],
    },
  },
  J22: { equates: 'one process in two records', breaks: 'a process id that was used again' },
  J23: { equates: 'the path in a binding and the object', breaks: 'an object of that name in another namespace' },
  J24: { equates: 'the template of a consumer and a command line', breaks: 'another consumer with the same template' },
  J25: {
    equates: 'an address and the machine that a record shows there near that time',
    breaks: 'an address that was given to another machine since, or one behind which several stand',
    stronger: OTHER_END,
  },
};
