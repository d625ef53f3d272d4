// Words that fit: clipped with an ellipsis, or broken into lines.

const widths = new Map();
let ruler = null;

export function textWidth(text, font) {
  const key = `${font}\n${text}`;
  if (!widths.has(key)) {
    if (widths.size > 5000) widths.clear();
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = font;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

export function forgetWidths() {
  widths.clear();
}

export function clipped(text, font, room) {
  if (textWidth(text, font) <= room) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (textWidth(`${text.slice(0, middle).trimEnd()}…`, font) <= room) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits).trimEnd()}…`;
}

export function brokenIntoLines(text, font, room, most) {
  const lines = [];
  let line = "";
  const words = text.split(/\s+/);
  for (const [index, word] of words.entries()) {
    const longer = line ? `${line} ${word}` : word;
    if (!line || textWidth(longer, font) <= room) line = longer;
    else if (lines.length === most - 1) return [...lines, clipped(`${line} ${words.slice(index).join(" ")}`, font, room)];
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each) => clipped(each, font, room));
}
