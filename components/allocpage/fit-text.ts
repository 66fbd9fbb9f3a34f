/** Width of a character of 12 px mono; a Chinese one takes the place of two. */
const CHARACTER = 7.3;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e][\udc00-\udfff]/;
const PADDING = 8;
const FEWEST = 3;

/** As much of a name as fits the width in pixels, with "…" where it is cut; "" where nothing readable fits. */
export function fitText(text: string, width: number): string {
  const room = Math.floor((width - PADDING) / CHARACTER);
  if (room < FEWEST) return "";
  // Beyond this no character can fit: a name of a megabyte costs no more than one of a line.
  const characters = [...text.slice(0, 2 * room + 2)];
  const cells = characters.map((character) => (WIDE.test(character) ? 2 : 1));
  const total = cells.reduce((sum, cell) => sum + cell, 0);
  if (total <= room && text.length <= 2 * room + 2) return text;
  let used = 1;
  const kept = characters.filter((_, at) => {
    used += cells[at] ?? 1;
    return used <= room;
  });
  return `${kept.join("")}…`;
}
