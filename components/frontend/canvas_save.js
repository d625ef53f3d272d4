// The drawing as a file, made in the browser: as SVG, or drawn as PNG. The colours are those of the page.
import { element } from "./elements.js";
import { openMenu } from "./canvas_menu.js";
import { catchUp } from "./canvas_view.js";
import { say } from "./say.js";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "font-variant-numeric"];
const LEFT_OUT = ".ports, .reach, .head, .fold, .tool, .rubber, title";
const SHARP = 2; // pixels of the PNG for each of the drawing
const LARGEST_PICTURE = 8000; // pixels; browsers draw no larger ones

export function askHowToSave(canvas) {
  const options = [
    { key: "svg", title: "SVG", detail: say("Sharp at any size") },
    { key: "png", title: "PNG", detail: say("For slides and messages") },
  ];
  openMenu(canvas, { label: say("Save the picture"), hint: say("SVG or PNG"), options, choose: (kind) => savePicture(canvas, kind) });
}

function savePicture(canvas, kind) {
  const text = asSvg(canvas);
  const name = `${canvas.data.label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_")}.${kind}`;
  const drawn = new Blob([text], { type: "image/svg+xml" });
  if (kind === "svg") return download(drawn, name);
  const { width, height_of_scene: height } = canvas.data;
  const scale = Math.min(SHARP, LARGEST_PICTURE / Math.max(width, height));
  const image = new Image();
  image.onload = () => {
    const page = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    page.getContext("2d").drawImage(image, 0, 0, page.width, page.height);
    page.toBlob((blob) => download(blob, name));
    URL.revokeObjectURL(image.src);
  };
  image.src = URL.createObjectURL(drawn);
}

function asSvg(canvas) {
  catchUp(canvas);
  const { width, height_of_scene: height } = canvas.data;
  const picture = canvas.picture.cloneNode(true);
  copyLooks(canvas.picture, picture);
  for (const each of picture.querySelectorAll(LEFT_OUT)) each.remove();
  const world = picture.querySelector(".world");
  world.style.transform = "";
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` })) picture.setAttribute(name, value);
  picture.style.background = getComputedStyle(canvas.host).backgroundColor;
  return new XMLSerializer().serializeToString(picture);
}

// Style sheets do not travel with the file, so what they say is written onto each element.
function copyLooks(from, to) {
  const look = getComputedStyle(from);
  for (const name of KEPT) to.style.setProperty(name, look.getPropertyValue(name));
  if (from.localName === "text") {
    to.setAttribute("textLength", from.getComputedTextLength()); // words keep their width in another font
    to.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
  for (const [place, child] of [...from.children].entries()) copyLooks(child, to.children[place]);
}

function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
