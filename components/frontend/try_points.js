// Points of pictures as bytes in base64, and on a canvas.

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function textOf(bytes) {
  const parts = [];
  for (let start = 0; start < bytes.length; start += 32768) parts.push(String.fromCharCode(...bytes.subarray(start, start + 32768)));
  return btoa(parts.join(""));
}

// Bytes, channel by channel, as a picture; a grey one through `color`: byte -> [red, green, blue, opacity].
export function paintPoints(canvas, bytes, { width, height, channels }, color = (byte) => [byte, byte, byte, 255]) {
  const pixels = new ImageData(width, height);
  const size = width * height;
  for (let index = 0; index < size; index += 1) {
    const found = channels === 1 ? color(bytes[index]) : [bytes[index], bytes[size + index], bytes[2 * size + index], 255];
    pixels.data.set(found, 4 * index);
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}
