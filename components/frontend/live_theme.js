// Colours of the charts, from the page's theme; each is readable on its background.

const LIGHT = {
  training: "#2563b8",
  validation: "#b4500a",
  runs: ["#2563b8", "#b4500a", "#15803d", "#8b3fb5", "#be185d", "#0e7490", "#7c5c00", "#52525b"],
  heat: ["#dbe8f8", "#8db8e8", "#3f7fca", "#1f4f9c", "#16275c"],
};
const DARK = {
  training: "#7db4ff",
  validation: "#ffab66",
  runs: ["#7db4ff", "#ffab66", "#6ddc95", "#cfa0ff", "#ff93bd", "#5fd6e8", "#e6c34f", "#c3c6d0"],
  heat: ["#16304f", "#1f5a96", "#3f93d8", "#8fcbf5", "#eaf6ff"],
};

export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(`--st-${name}`).trim() || fallback;
  const background = read("background-color", "#ffffff");
  const dark = lightness(background) < 0.4;
  const theme = {
    ...(dark ? DARK : LIGHT),
    dark,
    background,
    panel: read("secondary-background-color", dark ? "#262730" : "#f0f2f6"),
    text: read("text-color", dark ? "#fafafa" : "#31333f"),
    border: read("border-color", dark ? "#41444c" : "#d5d6db"),
    font: read("font", "sans-serif"),
  };
  theme.muted = mix(theme.text, background, 0.75);
  theme.grid = mix(theme.text, background, dark ? 0.16 : 0.1);
  theme.key = JSON.stringify(theme);
  return theme;
}

export function heatScale(theme) {
  const stops = [theme.background, ...theme.heat];
  return stops.map((color, index) => [index / (stops.length - 1), color]);
}

export function faint(color, opacity) {
  const [red, green, blue] = channels(color);
  return `rgba(${red},${green},${blue},${opacity})`;
}

function mix(one, other, share) {
  const second = channels(other);
  const mixed = channels(one).map((value, index) => Math.round(value * share + second[index] * (1 - share)));
  return `rgb(${mixed.join(",")})`;
}

function lightness(color) {
  const [red, green, blue] = channels(color);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

let painter = null;

function channels(color) {
  painter ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  painter.fillStyle = "#808080";
  painter.fillStyle = color;
  const known = painter.fillStyle;
  if (known.startsWith("#")) return [1, 3, 5].map((start) => parseInt(known.slice(start, start + 2), 16));
  return known
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
}
