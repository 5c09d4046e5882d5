// From one colour of the host to a set that can be read: WCAG contrast of at least 4.5 on every surface.

const LIGHT = [255, 255, 255];
const DARK = [27, 30, 36];
const AA = 4.5;

/** `{color, on, light, dark}`: the colour, the text upon it, and the colour for text on light and on dark surfaces. */
export function palette(rgb) {
  const color = enough(rgb, LIGHT) || enough(rgb, [0, 0, 0]) ? rgb : mix(rgb, [0, 0, 0], 0.3);
  return {
    color: css(color),
    on: contrast(color, LIGHT) >= AA ? "#ffffff" : "#10141a",
    light: css(toContrast(rgb, LIGHT, [0, 0, 0])),
    dark: css(toContrast(rgb, DARK, LIGHT)),
  };
}

/** The red, green and blue of any CSS colour, read back from the browser where it is not plain hex; null when it is none. */
export function readColour(text) {
  if (!text || !CSS.supports("color", text)) return null;
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text);
  if (hex) return hex.slice(1).map((part) => Number.parseInt(part, 16));
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** Moves a colour towards another until it can be read on the ground (5 instead of 4.5: tinted grounds are darker). */
function toContrast(rgb, ground, towards) {
  for (let part = 0; part < 1; part += 0.05) {
    const mixed = mix(rgb, towards, part);
    if (contrast(mixed, ground) >= AA + 1) return mixed;
  }
  return towards;
}

function enough(a, b) {
  return contrast(a, b) >= AA;
}

function mix(a, b, part) {
  return a.map((value, i) => Math.round(value + (b[i] - value) * part));
}

function css(rgb) {
  return `rgb(${rgb.join(" ")})`;
}

// relative luminance and contrast ratio as WCAG 2.2 defines them
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
