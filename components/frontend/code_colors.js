// Python in colours, line by line: enough for printed code, no grammar.

const WORDS = "and as assert break class continue def del elif else except finally for from if import in is lambda not or pass raise return try while with yield None True False";
const TOKENS = new RegExp(
  [
    /(?<comment>#.*)/,
    /(?<string>"""(?:(?!""").)*(?:"""|$)|'''(?:(?!''').)*(?:'''|$)|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)/,
    new RegExp(`\\b(?<word>${WORDS.replaceAll(" ", "|")})\\b`),
    /\b(?<number>\d[\w.]*)/,
    /(?<=\b(?:def|class) )(?<name>\w+)/,
    /(?<=\bself\.)(?<own>\w+)/,
    /(?<call>\w+)(?=\()/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

// The line's pieces as [class, text], and the quotes of a long string that goes on behind it, "" if none does.
// open: those of one that goes on from the line before.
export function colored(line, open) {
  const close = open ? line.indexOf(open) : 0;
  if (close < 0) return { pieces: [["string", line]], open };
  let done = open ? close + open.length : 0;
  let goesOn = "";
  const pieces = open ? [["string", line.slice(0, done)]] : [];
  for (const found of line.matchAll(TOKENS)) {
    if (found.index < done) continue; // inside the string that was open
    const [kind, text] = Object.entries(found.groups).find(([, each]) => each !== undefined);
    if (found.index > done) pieces.push(["", line.slice(done, found.index)]);
    pieces.push([kind, text]);
    done = found.index + text.length;
    if (kind === "string") goesOn = unclosed(text);
  }
  if (done < line.length) pieces.push(["", line.slice(done)]);
  return { pieces, open: goesOn };
}

function unclosed(text) {
  const quotes = text.slice(0, 3);
  if (quotes !== '"""' && quotes !== "'''") return "";
  return text.length >= 6 && text.endsWith(quotes) ? "" : quotes;
}
