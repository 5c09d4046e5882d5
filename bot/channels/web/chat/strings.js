// The words of a language, which alone is loaded, and what they say of dates, sizes and faults.

/** The words and the date formats of a language (`pt-BR` or `en`). */
export async function wordsOf(language) {
  const { default: words } = await import(`./words-${language}.js`);
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const size = (bytes) => (bytes < 1e6 ? `${number.format(Math.max(1, Math.round(bytes / 1000)))} kB` : `${number.format(bytes / 1e6)} MB`);
  const fileProblem = (code, limits) => problemOf(words, size, code, limits);
  return { ...words, language, size, fileProblem, time: (date) => time.format(date), day: (date) => dayName(words, day, date) };
}

/** Why a file was not taken, and what to do. */
function problemOf({ fileProblems: problems }, size, code = "other", limits = null) {
  const limit = limits && { attachment_type: limits.suffixes.join(", "), too_large: size(limits.size), too_many_attachments: limits.per_message }[code];
  return (problems[code] || problems.other) + (limit ? `${limit}.` : "");
}

function dayName(words, format, date) {
  const away = Math.round((midnight(new Date()) - midnight(date)) / 86400000);
  if (away === 0) return words.today;
  return away === 1 ? words.yesterday : format.format(date);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** What to tell the user about a message that the desk refused with `code`. */
export function refusal(words, code, isChoice) {
  if (isChoice) return words.refusedChoice;
  if (words.fileProblems[code] && code !== "too_large") return words.fileProblem(code);
  if (code === "too_large" || code === "status_413") return words.refusedTooLarge;
  if (code === "invalid_input" || code === "status_422") return words.refusedInvalid;
  if (code === "conflict" || code === "status_409" || code === "owner_changed") return words.refusedConflict;
  return words.refusedOther;
}
