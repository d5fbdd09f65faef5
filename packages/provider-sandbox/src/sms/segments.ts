/** GSM 03.38 basic set, then the extension whose characters take two places. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '^{}\\[~]|€';

/** How many messages a text is charged as: 160 GSM-7 or 70 UCS-2 places, 153 or 67 each when there are several. */
export function countSegments(text: string): number {
  const characters = [...text];
  const gsm = characters.every((character) => BASIC.includes(character) || EXTENSION.includes(character));
  const places = gsm
    ? characters.reduce((sum, character) => sum + (EXTENSION.includes(character) ? 2 : 1), 0)
    : text.length;
  const [single, part] = gsm ? [160, 153] : [70, 67];
  return places <= single ? 1 : Math.ceil(places / part);
}
