/** What a language of Windows calls labels and values of rendered messages: asked only where structure does not tell (SETTLED B15). */
export interface MessageLanguage {
  readonly language: string;
  /** True when held to real records; English is, and needs no words. */
  readonly isVerified: boolean;
  /** Labels and their English. */
  readonly labels: Readonly<Record<string, string>>;
  /** Words that stand for a message parameter, and their English. */
  readonly values: Readonly<Record<string, string>>;
}

/** Written from documentation and memory; no real record of these languages was at hand. */
export const MESSAGE_LANGUAGES: readonly MessageLanguage[] = [
  {
    language: 'German',
    isVerified: false,
    labels: {
      Antragsteller: 'Subject',
      'Antragsteller für Ersteller': 'Creator Subject',
      Erstellerbetreff: 'Creator Subject',
      Zielbetreff: 'Target Subject',
      'Sicherheits-ID': 'Security ID',
      Kontoname: 'Account Name',
      Kontodomäne: 'Account Domain',
      'Anmelde-ID': 'Logon ID',
      'Anmelde-GUID': 'Logon GUID',
      Anmeldetyp: 'Logon Type',
      Anmeldeinformationen: 'Logon Information',
      'Neue Anmeldung': 'New Logon',
      'Verknüpfte Anmelde-ID': 'Linked Logon ID',
      'Token mit erhöhten Rechten': 'Elevated Token',
      Identitätswechselebene: 'Impersonation Level',
      Prozessinformationen: 'Process Information',
      'Prozess-ID': 'Process ID',
      Prozessname: 'Process Name',
      'Neue Prozess-ID': 'New Process ID',
      'Neuer Prozessname': 'New Process Name',
      Tokenerhöhungstyp: 'Token Elevation Type',
      'Verbindliche Beschriftung': 'Mandatory Label',
      'Erstellerprozess-ID': 'Creator Process ID',
      'Name des Erstellerprozesses': 'Creator Process Name',
      Prozessbefehlszeile: 'Process Command Line',
      Netzwerkinformationen: 'Network Information',
      Arbeitsstationsname: 'Workstation Name',
      Quellnetzwerkadresse: 'Source Network Address',
      Quellport: 'Source Port',
      Berechtigungen: 'Privileges',
    },
    values: {
      Ja: 'Yes',
      Nein: 'No',
      Identitätswechsel: 'Impersonation',
      Eingehend: 'Inbound',
      Ausgehend: 'Outbound',
    },
  },
  {
    language: 'French',
    isVerified: false,
    labels: {
      Sujet: 'Subject',
      Objet: 'Subject',
      'Sujet du créateur': 'Creator Subject',
      'Sujet cible': 'Target Subject',
      'ID de sécurité': 'Security ID',
      'Nom du compte': 'Account Name',
      'Domaine du compte': 'Account Domain',
      "ID d'ouverture de session": 'Logon ID',
      'ID d’ouverture de session': 'Logon ID',
      "GUID d'ouverture de session": 'Logon GUID',
      "Type d'ouverture de session": 'Logon Type',
      "Informations d'ouverture de session": 'Logon Information',
      'Nouvelle ouverture de session': 'New Logon',
      "Niveau d'emprunt d'identité": 'Impersonation Level',
      'Informations sur le processus': 'Process Information',
      'ID du processus': 'Process ID',
      'Nom du processus': 'Process Name',
      'ID du nouveau processus': 'New Process ID',
      'Nom du nouveau processus': 'New Process Name',
      "Type d'élévation du jeton": 'Token Elevation Type',
      'Étiquette obligatoire': 'Mandatory Label',
      'ID du processus créateur': 'Creator Process ID',
      'Nom du processus créateur': 'Creator Process Name',
      'Ligne de commande du processus': 'Process Command Line',
      'Informations sur le réseau': 'Network Information',
      'Nom de la station de travail': 'Workstation Name',
      'Adresse du réseau source': 'Source Network Address',
      'Port source': 'Source Port',
      Privilèges: 'Privileges',
    },
    values: { Oui: 'Yes', Non: 'No', "Emprunt d'identité": 'Impersonation', Entrant: 'Inbound', Sortant: 'Outbound' },
  },
  {
    language: 'Spanish',
    isVerified: false,
    labels: {
      Firmante: 'Subject',
      Asunto: 'Subject',
      'Firmante creador': 'Creator Subject',
      'Firmante de destino': 'Target Subject',
      'Id. de seguridad': 'Security ID',
      'Nombre de cuenta': 'Account Name',
      'Dominio de cuenta': 'Account Domain',
      'Id. de inicio de sesión': 'Logon ID',
      'GUID de inicio de sesión': 'Logon GUID',
      'Tipo de inicio de sesión': 'Logon Type',
      'Información de inicio de sesión': 'Logon Information',
      'Nuevo inicio de sesión': 'New Logon',
      'Nivel de suplantación': 'Impersonation Level',
      'Información de proceso': 'Process Information',
      'Id. de proceso': 'Process ID',
      'Nombre de proceso': 'Process Name',
      'Id. del nuevo proceso': 'New Process ID',
      'Nombre del nuevo proceso': 'New Process Name',
      'Tipo de elevación de token': 'Token Elevation Type',
      'Etiqueta obligatoria': 'Mandatory Label',
      'Id. de proceso creador': 'Creator Process ID',
      'Nombre de proceso creador': 'Creator Process Name',
      'Línea de comandos de proceso': 'Process Command Line',
      'Información de red': 'Network Information',
      'Nombre de estación de trabajo': 'Workstation Name',
      'Dirección de red de origen': 'Source Network Address',
      'Puerto de origen': 'Source Port',
      Privilegios: 'Privileges',
    },
    values: { Sí: 'Yes', Suplantación: 'Impersonation', Entrante: 'Inbound', Saliente: 'Outbound' },
  },
];

/** One spelling for blanks that cannot be broken, for apostrophes and for case. */
export function foldedLabel(text: string): string {
  return text
    .replace(/[\u00a0\u202f]/g, ' ')
    .replaceAll('’', "'")
    .trim()
    .toLowerCase();
}

function tableOf(part: 'labels' | 'values'): ReadonlyMap<string, string> {
  return new Map(
    MESSAGE_LANGUAGES.flatMap((language) =>
      Object.entries(language[part]).map(([word, english]) => [foldedLabel(word), english]),
    ),
  );
}

const LABELS = tableOf('labels');
const VALUES = tableOf('values');

/** The label in English and lower case, as far as the table knows it; else as it stands. */
export function englishLabel(label: string): string {
  const key = foldedLabel(label);
  return LABELS.get(key)?.toLowerCase() ?? key;
}

/** The word for a message parameter in English, as far as the table knows it; else as it stands. */
export function englishValue(value: string): string {
  return value.length > 64 ? value : (VALUES.get(foldedLabel(value)) ?? value);
}
