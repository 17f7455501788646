import { type FieldSource, listOf } from './derived-fields.ts';
import { type Route, type RouteParts, route } from './route.ts';

/** A log of Zeek: its fields, in Zeek's order. `*` marks those that every line has, `[]` the sets. */
export interface ZeekLog {
  readonly name: string;
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
  readonly lists: readonly string[];
  readonly route: Route;
}

const IDS = 'uid* id.orig_h* id.orig_p* id.resp_h* id.resp_p*';

/** Fields of the default scripts of Zeek, versions 3 to 7 (docs.zeek.org, script reference). */
const LOGS: readonly (readonly [name: string, fields: string, renames?: Readonly<Record<string, FieldSource>>])[] = [
  [
    'conn',
    `${IDS} proto* service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents[] ip_proto`,
  ],
  ['dce_rpc', `${IDS} rtt named_pipe endpoint operation`],
  [
    'dns',
    `${IDS} proto* trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers[] TTLs[] rejected opcode opcode_name`,
  ],
  [
    'http',
    `${IDS} trans_depth* method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg info_code info_msg tags[] username password proxied[] orig_fuids[] orig_filenames[] orig_mime_types[] resp_fuids[] resp_filenames[] resp_mime_types[] client_header_names[] server_header_names[]`,
    { 'c-uri': 'uri', 'c-useragent': 'user_agent' },
  ],
  [
    'kerberos',
    `${IDS} request_type client service success error_code error_msg from till cipher forwardable renewable client_cert_subject client_cert_fuid server_cert_subject server_cert_fuid auth_ticket new_ticket`,
  ],
  [
    'ntlm',
    `${IDS} username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success`,
  ],
  [
    'rdp',
    `${IDS} cookie result security_protocol client_channels[] keyboard_layout client_build client_name client_dig_product_id desktop_width desktop_height requested_color_depth cert_type cert_count cert_permanent encryption_level encryption_method`,
  ],
  [
    'smb_files',
    `${IDS} fuid action path name size prev_name times.modified times.accessed times.created times.changed`,
  ],
  ['smb_mapping', `${IDS} path service native_file_system share_type`],
  [
    'x509',
    'id fingerprint certificate.version* certificate.serial* certificate.subject certificate.issuer certificate.cn certificate.not_valid_before certificate.not_valid_after certificate.key_alg certificate.sig_alg certificate.key_type certificate.key_length certificate.exponent certificate.curve san.dns[] san.uri[] san.email[] san.ip[] basic_constraints.ca basic_constraints.path_len host_cert client_cert',
  ],
];

function logOf([name, list, renames]: (typeof LOGS)[number]): ZeekLog {
  const fields = list.split(' ');
  const bare = (field: string): string => field.replace(/(?:\*|\[\])$/, '');
  const lists = fields.filter((field) => field.endsWith('[]')).map(bare);
  const parts: RouteParts = {
    id: `zeek/${name}`,
    product: 'zeek',
    channel: `zeek/${name}`,
    provider: 'Zeek',
    fields: { ...Object.fromEntries(lists.map((field) => [field, listOf(field)])), ...renames },
  };
  return {
    name,
    always: fields.filter((field) => field.endsWith('*')).map(bare),
    sometimes: fields.filter((field) => !field.endsWith('*')).map(bare),
    lists,
    route: route(parts),
  };
}

/** Zeek's logs that rules can speak of: the service is the log's name, fields are as in the log (SETTLED E13). */
export const ZEEK_LOGS: readonly ZeekLog[] = LOGS.map(logOf);

/** The category `dns`, whose names are not Zeek's. */
export const ZEEK_DNS_QUERIES: Omit<RouteParts, 'id'> = {
  product: 'zeek',
  channel: 'zeek/dns',
  provider: 'Zeek',
  fields: {
    record_type: 'qtype_name',
    answer: listOf('answers'),
    answers: listOf('answers'),
    TTLs: listOf('TTLs'),
    src_ip: 'id.orig_h',
    dst_ip: 'id.resp_h',
  },
};
