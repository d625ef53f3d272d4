// The results of a run on examples: asked for by name when they are to be seen, and again when there are newer ones.

const MOST = 160; // rows of one result that are remembered
const TYPES = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };

export const newFeed = () => ({ token: "", results: new Map() });

// The rows of a result that are here, oldest first: { step, epoch, facts, and its arrays by name as { shape, values } }.
// Where the newest step is another than the one that is here, they are asked for; onAnswer is called when they came.
export function rowsOf(feed, token, name, newest, onAnswer) {
  if (feed.token !== token) Object.assign(feed, newFeed(), { token });
  if (newest === undefined) return [];
  if (!feed.results.has(name)) feed.results.set(name, { step: -1, rows: [], asking: false });
  const result = feed.results.get(name);
  if (!result.asking && result.step !== newest) follow(feed, name, result, newest, onAnswer);
  return result.rows;
}

async function follow(feed, name, result, newest, onAnswer) {
  result.asking = true;
  const { token } = feed;
  const since = newest < result.step ? -1 : result.step; // a resumed run has gone back
  const rows = await ask(token, name, since).catch(() => null); // the next answer of the run asks again
  result.asking = false;
  if (feed.token !== token || !rows?.length) return;
  const kept = result.rows.filter(({ step }) => since >= 0 && step < rows[0].step);
  result.rows = thinned([...kept, ...rows.map(({ step, epoch, arrays }) => ({ step, epoch, ...decoded(arrays) }))]);
  result.step = result.rows[result.rows.length - 1].step;
  onAnswer();
}

const thinned = (rows) => (rows.length > MOST ? rows.filter((_, at) => at % 2 === 0 || at > MOST / 2) : rows);

async function ask(token, name, since) {
  const url = new URL(`api/runs/${token}/results`, document.baseURI);
  url.searchParams.set("name", name);
  url.searchParams.set("since", since);
  const response = await fetch(url, { cache: "no-store" });
  return response.ok ? (await response.json()).rows : null;
}

// A safetensors file in base64: 8 bytes that say how long its JSON header is, the header, and the numbers.
export function decoded(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index += 1) bytes[index] = letters.charCodeAt(index);
  const begin = 8 + new DataView(bytes.buffer).getUint32(0, true);
  const { __metadata__: told, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, begin)));
  const arrays = Object.entries(header).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    return [name, { shape, values: new TYPES[dtype](bytes.buffer.slice(begin + from, begin + to)) }];
  });
  return { ...Object.fromEntries(arrays), facts: told ? JSON.parse(told.facts) : {} };
}
