/** Names of the Elastic Common Schema for fields of Sigma, of one category where it stands in front; as Winlogbeat fills them. */
export const ECS_NAMES: ReadonlyMap<string, string> = new Map(
  `EventID event.code
Channel winlog.channel
Provider_Name winlog.provider_name
Computer winlog.computer_name
ComputerName winlog.computer_name
ProcessGuid process.entity_id
ProcessId process.pid
Image process.executable
CurrentDirectory process.working_directory
ParentProcessGuid process.parent.entity_id
ParentProcessId process.parent.pid
ParentImage process.parent.executable
ParentCommandLine process.parent.command_line
User user.name
TargetFilename file.path
ImageLoaded file.path
SourceIp source.ip
SourceHostname source.domain
SourcePort source.port
DestinationIp destination.ip
DestinationHostname destination.domain
DestinationPort destination.port
TargetObject registry.path
PipeName file.name
QueryName dns.question.name
ScriptBlockText powershell.file.script_block_text
IpAddress source.ip
IpPort source.port
process_creation:CommandLine process.command_line
process_creation:OriginalFileName process.pe.original_file_name
process_creation:FileVersion process.pe.file_version
process_creation:Description process.pe.description
process_creation:Product process.pe.product
process_creation:Company process.pe.company
image_load:OriginalFileName file.pe.original_file_name
image_load:FileVersion file.pe.file_version
image_load:Description file.pe.description
image_load:Product file.pe.product
image_load:Company file.pe.company`
    .split('\n')
    .map((line): [string, string] => {
      const [field = '', name = ''] = line.split(' ');
      return [field.replace(':', ' '), name];
    }),
);

/** Of these, the ones that are numbers; events keep all others as keywords or addresses. */
export const ECS_NUMBERS: ReadonlySet<string> = new Set([
  'process.pid',
  'process.parent.pid',
  'source.port',
  'destination.port',
]);
