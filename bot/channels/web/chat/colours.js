// From one colour of the host to a set that can be read: WCAG contrast of at least 4.5 on every surface.

const LIGHT = [255, 255, 255];
const DARK = [27, 30, 36];
const NIGHT = [16, 20, 26];
const AA = 4.5;
const TINTED = 5.5; // for text that also stands on a ground tinted with the colour itself

/** `{color, on, light, dark}`: the colour, the text upon it, and the colour for text on light and on dark surfaces. */
export function palette(rgb) {
  const onDarkText = contrast(rgb, NIGHT) >= AA;
  const color = onDarkText ? rgb : toContrast(rgb, LIGHT, [0, 0, 0], AA);
  return {
    color: css(color),
    on: css(onDarkText && contrast(rgb, LIGHT) < AA ? NIGHT : LIGHT),
    light: css(toContrast(rgb, LIGHT, [0, 0, 0], TINTED)),
    dark: css(lift(rgb)),
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

/** Moves a colour towards another until it has this contrast with the ground. */
function toContrast(rgb, ground, towards, least) {
  for (let part = 0; part < 1; part += 0.05) {
    const mixed = mix(rgb, towards, part);
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return towards;
}

/** A lighter, still lively form for dark surfaces: brighter first, paler second. */
function lift(rgb) {
  const room = 255 / Math.max(...rgb, 1) - 1;
  for (let part = 0; part < 1; part += 0.05) {
    const bright = rgb.map((value) => Math.min(255, value * (1 + room * part)));
    const lifted = mix(bright, LIGHT, part * 0.4);
    if (contrast(lifted, DARK) >= TINTED) return lifted;
  }
  return LIGHT;
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
