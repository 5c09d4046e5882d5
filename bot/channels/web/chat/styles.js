// How the widget looks. One sheet in script, adopted by the shadow root, so that a host with `style-src 'self'` allows it.
// A host may set --balcao-color, --balcao-font, --balcao-radius, --balcao-z, --balcao-right and --balcao-bottom.

const DARK = `
  --_ink: var(--_ink-dark); --_surface: #1b1e24; --_raised: #262a32; --_line: #3a404b; --_strong: #f1f3f6; --_text: #e2e6ec;
  --_soft: #a9b2bf; --_field: #15181d; --_control: #7d8796; --_warn: #f5c26b; --_warn-ground: #33290f; --_bad: #ff9d92;
  --_shadow: 0 1px 2px rgb(0 0 0 / .5), 0 16px 48px rgb(0 0 0 / .55); color-scheme: dark;`;

const CSS = `
:host { all: initial; --_ink: var(--_ink-light); --_surface: #fff; --_raised: #f1f4f7; --_line: #dce1e8; --_strong: #10161f;
  --_text: #232b36; --_soft: #566171; --_field: #fff; --_control: #7a8594; --_warn: #7a4b00; --_warn-ground: #fff4dc; --_bad: #a8231a;
  --_shadow: 0 1px 2px rgb(16 24 40 / .12), 0 16px 48px rgb(16 24 40 / .22); color-scheme: light;
  --_radius: var(--balcao-radius, 18px); --_tint: color-mix(in srgb, var(--_ink) 9%, var(--_surface)); }
:host([data-theme="dark"]) { ${DARK} }
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) { ${DARK} } }

*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.widget { font: 400 15.5px/1.5 var(--balcao-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  color: var(--_text); text-align: start; -webkit-font-smoothing: antialiased; text-rendering: optimizeLegibility; }
p, h2, ul, ol, dl, dd, pre, blockquote { margin: 0; }
button, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; background: none; border: 0; padding: 0; -webkit-tap-highlight-color: transparent; }
:focus { outline: none; }
:focus-visible { outline: 2.5px solid var(--_ink); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
.icon { width: 1.25em; height: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; flex: none; display: block; }

.launcher { position: fixed; right: var(--balcao-right, max(20px, env(safe-area-inset-right))); bottom: var(--balcao-bottom, max(20px, env(safe-area-inset-bottom)));
  z-index: var(--balcao-z, 2147483000); width: 60px; height: 60px; border-radius: 50%; display: grid; place-items: center;
  background: var(--_color); color: var(--_on); box-shadow: 0 0 0 1.5px rgb(255 255 255 / .4), 0 2px 6px rgb(16 24 40 / .2), 0 10px 28px rgb(16 24 40 / .26);
  transition: transform .18s ease, box-shadow .18s ease; }
.launcher:hover { transform: translateY(-2px); }
.launcher:active { transform: none; }
.launcher:focus-visible { outline-color: var(--_color); outline-offset: 3px; }
.launcher .icon { width: 28px; height: 28px; grid-area: 1 / 1; transition: opacity .18s ease, transform .18s ease; }
.launcher .i-chevron, .open .launcher .i-chat { opacity: 0; transform: scale(.6); }
.open .launcher .i-chevron { opacity: 1; transform: none; }
.badge { position: absolute; top: -3px; right: -3px; min-width: 23px; height: 23px; padding: 0 6px; border-radius: 12px; background: #b3261e; color: #fff;
  font-size: 13px; font-weight: 650; line-height: 23px; text-align: center; box-shadow: 0 0 0 2.5px var(--_surface); }

.panel { position: fixed; right: var(--balcao-right, 20px); bottom: calc(var(--balcao-bottom, 20px) + 74px); z-index: var(--balcao-z, 2147483000);
  width: min(408px, calc(100vw - 40px)); height: min(690px, calc(100dvh - 118px)); display: flex; flex-direction: column; overflow: hidden;
  background: var(--_surface); border-radius: var(--_radius); box-shadow: var(--_shadow); animation: rise .22s cubic-bezier(.2, .8, .3, 1); }
@keyframes rise { from { opacity: 0; transform: translateY(14px) scale(.985); } }

header { flex: none; display: flex; align-items: center; gap: 12px; padding: 14px 10px 14px 16px; background: var(--_color); color: var(--_on); }
.emblem { width: 40px; height: 40px; flex: none; border-radius: 50%; display: grid; place-items: center; background: color-mix(in srgb, currentColor 16%, transparent); }
.emblem .icon { width: 22px; height: 22px; }
.names { flex: 1; min-width: 0; }
h2 { font-size: 16.5px; line-height: 1.25; font-weight: 650; letter-spacing: -.005em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who { font-size: 13.5px; line-height: 1.35; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.head-button { width: 40px; height: 40px; flex: none; border-radius: 50%; display: grid; place-items: center; transition: background .15s; }
.head-button:hover { background: color-mix(in srgb, currentColor 14%, transparent); }
header :focus-visible { outline-color: currentColor; outline-offset: -3px; }
.names + .head-button { margin-right: -8px; }

.banner { flex: none; display: flex; gap: 10px; align-items: center; padding: 10px 16px; font-size: 14px; line-height: 1.4; }
.banner:empty { display: none; }
.queue { background: var(--_tint); color: var(--_text); border-bottom: 1px solid var(--_line); }
.queue .icon { color: var(--_ink); }
.queue strong { display: block; font-weight: 650; color: var(--_strong); }
.queue span { color: var(--_soft); font-size: 13px; }
.offline { background: var(--_warn-ground); color: var(--_warn); font-weight: 500; }
.confirm { flex: none; padding: 12px 16px 14px; border-bottom: 1px solid var(--_line); background: var(--_raised); font-size: 14.5px; }
.row { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin-top: 8px; }
.solid { min-height: 36px; padding: 6px 18px; border-radius: 18px; background: var(--_color); color: var(--_on); font-weight: 600; }
.text-button { min-height: 28px; color: var(--_ink); font-weight: 600; text-decoration: underline; text-underline-offset: 3px; text-decoration-thickness: 1px; }

.stage { position: relative; flex: 1; min-height: 0; display: flex; }
.log { flex: 1; min-width: 0; overflow: hidden auto; overscroll-behavior: contain; padding: 18px 16px 14px; position: relative; scrollbar-width: thin; scrollbar-color: var(--_line) transparent; }
.log:focus-visible { outline-offset: -3px; }
.latest { position: absolute; bottom: 12px; left: 50%; margin-left: -19px; width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center;
  background: var(--_surface); color: var(--_ink); border: 1px solid var(--_line); box-shadow: 0 3px 12px rgb(16 24 40 / .18); }

.day { display: flex; align-items: center; gap: 12px; margin: 20px 0 4px; color: var(--_soft); font-size: 12.5px; font-weight: 600; }
.day::before, .day::after { content: ""; flex: 1; height: 1px; background: var(--_line); }
.message { display: flex; flex-direction: column; align-items: flex-start; margin-top: 16px; max-width: 100%; animation: appear .2s ease-out; }
@keyframes appear { from { opacity: 0; transform: translateY(6px); } }
.intro .message { margin-top: 0; }
.message.follows { margin-top: 6px; }
.message.goes-on .meta { display: none; }
.message.follows .name { display: none; }
.name { font-size: 13px; font-weight: 600; color: var(--_soft); margin: 0 0 4px 4px; }
.agent .name { color: var(--_ink); }
.bubble { max-width: min(100%, 21.5em); padding: 10px 14px; border-radius: 4px 16px 16px 16px; background: var(--_raised); overflow-wrap: anywhere; }
.follows .bubble { border-top-left-radius: 16px; }
.agent .bubble { background: var(--_tint); }
.user { align-items: flex-end; }
.user .bubble { max-width: 84%; border-radius: 16px 16px 4px 16px; background: var(--_color); color: var(--_on); white-space: pre-wrap; }
.user.pending .bubble { opacity: .82; }
.meta { display: flex; align-items: center; gap: 4px; margin: 3px 4px 0; font-size: 12px; line-height: 1.4; color: var(--_soft); font-variant-numeric: tabular-nums; }
.mark .icon { width: 14px; height: 14px; stroke-width: 2; }
.trouble:empty { display: none; }
.trouble { max-width: 84%; text-align: end; font-size: 13.5px; line-height: 1.4; color: var(--_bad); margin-top: 2px; }
.trouble .row { justify-content: flex-end; margin-top: 2px; }
.system { align-items: stretch; }
.notice { align-self: center; max-width: 92%; padding: 8px 14px; border: 1px solid var(--_line); border-radius: 12px; font-size: 14px; line-height: 1.45; text-align: center; color: var(--_soft); overflow-wrap: anywhere; }
.notice .meta { justify-content: center; margin-top: 2px; }
.system > .card, .system > .choices, .system > .rating { align-self: flex-start; }
.note { margin-top: 14px; text-align: center; font-size: 14px; color: var(--_soft); }
.note:empty { display: none; }

.rich > * + * { margin-top: 9px; }
.rich .aside { font-size: 13.5px; color: var(--_soft); }
.rich a { color: var(--_ink); text-underline-offset: 2.5px; text-decoration-thickness: 1px; border-radius: 3px; }
.rich strong, .rich .heading { font-weight: 650; color: var(--_strong); }
.rich ul, .rich ol { padding-inline-start: 1.45em; }
.rich ol:has(> li:nth-child(10)) { padding-inline-start: 1.9em; }
.rich li + li { margin-top: 5px; }
.rich li::marker { color: var(--_soft); font-variant-numeric: tabular-nums; }
.rich li > * + *, .rich li > ul, .rich li > ol, .rich li > p { margin-top: 5px; }
.rich code { font: .9em ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, monospace; padding: 1px 5px; border-radius: 5px; background: color-mix(in srgb, var(--_text) 9%, transparent); }
.rich pre { padding: 10px 12px; border-radius: 10px; overflow-x: auto; background: color-mix(in srgb, var(--_text) 7%, transparent); }
.rich pre code { padding: 0; background: none; }
.rich blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--_line); color: var(--_soft); }
.rich hr { border: 0; border-top: 1px solid var(--_line); width: 100%; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; line-height: 1.4; }
th, td { padding: 6px 10px; border: 1px solid var(--_line); text-align: start; vertical-align: top; overflow-wrap: normal; }
th { font-weight: 650; color: var(--_strong); }

.card { display: flex; align-items: flex-start; gap: 10px; margin-top: 10px; padding: 11px 12px; border: 1px solid var(--_line); border-radius: 12px; background: var(--_surface); color: var(--_text); max-width: min(100%, 21.5em); }
.card > .icon { margin-top: 2px; color: var(--_ink); }
.card > .i-open { width: 15px; height: 15px; color: var(--_soft); }
.card-text { flex: 1; min-width: 0; display: flex; flex-direction: column; }
.kind { font-size: 12.5px; line-height: 1.4; font-weight: 600; color: var(--_soft); }
.rich .article, .article { text-decoration: none; color: var(--_strong); border-radius: 12px; transition: border-color .15s; }
.article .title { font-weight: 600; font-size: 14.5px; line-height: 1.4; overflow-wrap: anywhere; }
.article:hover { border-color: var(--_ink); }
.article:hover .title { text-decoration: underline; text-underline-offset: 2.5px; text-decoration-thickness: 1px; }
.protocol { font-size: clamp(16px, 5vw, 19px); white-space: nowrap; line-height: 1.4; font-weight: 680; letter-spacing: .01em; color: var(--_strong); font-variant-numeric: tabular-nums; user-select: all; }
.ticket .title { font-size: 14px; line-height: 1.4; overflow-wrap: anywhere; }
.state { align-self: flex-start; margin-top: 6px; padding: 1px 9px; border-radius: 10px; background: var(--_tint); color: var(--_ink); font-size: 12.5px; font-weight: 600; }
.quiet { width: 36px; height: 36px; flex: none; border-radius: 9px; display: grid; place-items: center; color: var(--_ink); margin: -3px -4px 0 0; }
.quiet:hover { background: var(--_tint); }
.summary { flex-direction: column; gap: 8px; }
.summary dt { font-size: 12.5px; line-height: 1.4; font-weight: 600; color: var(--_soft); }
.summary dd { font-size: 14.5px; line-height: 1.45; overflow-wrap: anywhere; white-space: pre-line; }

.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; max-width: 100%; }
.choice { min-height: 40px; max-width: 100%; padding: 8px 16px; border: 1.5px solid color-mix(in srgb, var(--_ink) 55%, var(--_surface)); border-radius: 20px; background: var(--_surface); color: var(--_ink);
  font-size: 15px; font-weight: 550; line-height: 1.35; text-align: start; overflow-wrap: anywhere; transition: background .15s, border-color .15s; }
.choice:hover:enabled { background: var(--_tint); border-color: var(--_ink); }
.choice:disabled { cursor: default; border-color: var(--_line); color: var(--_soft); font-weight: 450; }
.choice.chosen:disabled { border-color: var(--_ink); background: var(--_tint); color: var(--_ink); font-weight: 600; }
.rating { margin-top: 10px; }
.stars { display: flex; gap: 2px; margin-inline-start: -6px; }
.star { width: 46px; height: 46px; border-radius: 50%; display: grid; place-items: center; color: var(--_control); transition: color .12s, transform .12s; }
.star .icon { width: 30px; height: 30px; stroke-width: 1.6; }
.stars:hover .star:enabled, .star:focus-visible, .star.on, .stars:has(.star:focus-visible) .star { color: var(--_ink); }
.stars:hover .star:enabled .icon, .stars:has(.star:focus-visible) .star .icon, .star.on .icon { fill: currentColor; }
.stars .star:enabled:hover ~ .star, .stars:not(:hover) .star:focus-visible ~ .star { color: var(--_control); }
.stars .star:enabled:hover ~ .star .icon, .stars:not(:hover) .star:focus-visible ~ .star .icon { fill: none; }
.star:disabled { cursor: default; }
.ends { display: flex; justify-content: space-between; width: 226px; font-size: 12.5px; color: var(--_soft); }
.rating.spent .ends { display: none; }

.typing { display: inline-flex; gap: 5px; margin-top: 14px; padding: 14px 15px; border-radius: 4px 16px 16px 16px; background: var(--_raised); }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--_soft); animation: breathe 1.2s infinite ease-in-out; }
.typing i:nth-of-type(2) { animation-delay: .16s; }
.typing i:nth-of-type(3) { animation-delay: .32s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }

.composer { flex: none; padding: 10px 12px calc(12px + env(safe-area-inset-bottom, 0px)); border-top: 1px solid var(--_line); background: var(--_surface); }
.field { display: flex; align-items: flex-end; gap: 6px; padding: 4px 4px 4px 16px; border: 1.5px solid var(--_control); border-radius: 24px; background: var(--_field); }
.field:focus-within { border-color: var(--_ink); box-shadow: 0 0 0 1px var(--_ink); }
textarea { flex: 1; min-width: 0; max-height: 132px; padding: 7px 0; border: 0; background: none; resize: none; font-size: 16px; line-height: 1.45; color: var(--_text); display: block; overflow-y: auto; scrollbar-width: thin; }
textarea:focus-visible { outline: none; }
textarea::placeholder { color: var(--_soft); opacity: 1; }
.send { width: 38px; height: 38px; flex: none; border-radius: 50%; display: grid; place-items: center; background: var(--_color); color: var(--_on); transition: background .15s, color .15s; }
.send:disabled { background: var(--_raised); color: var(--_soft); cursor: default; }
.attach { width: 36px; height: 38px; flex: none; border-radius: 50%; display: grid; place-items: center; color: var(--_ink); margin-inline-start: -10px; }
.attach:hover { background: var(--_tint); }
.tray { list-style: none; padding: 0; max-height: 190px; overflow-y: auto; }
.file { display: flex; align-items: flex-start; gap: 10px; }
.tray .file { padding: 0 4px 8px; color: var(--_text); }
.file .title { font-weight: 600; font-size: 14.5px; line-height: 1.4; overflow-wrap: anywhere; }
.problem { font-size: 13.5px; line-height: 1.4; color: var(--_bad); }
.file .text-button { align-self: flex-start; }
progress { width: 100%; height: 6px; margin-top: 6px; accent-color: var(--_ink); }
.thumbnail { display: block; max-width: 100%; height: auto; margin-top: 10px; border: 1px solid var(--_line); border-radius: 12px; }
.dropping { outline: 3px dashed var(--_ink); outline-offset: -6px; }
.count { font-size: 12.5px; color: var(--_soft); text-align: end; padding: 0 8px 4px; }
.count:empty { display: none; }

@media (max-width: 480px), (max-height: 480px) {
  .panel { inset: 0 0 auto 0; width: auto; height: var(--_height, 100dvh); border-radius: 0; }
  .open .launcher { display: none; }
  header { padding-top: calc(12px + env(safe-area-inset-top, 0px)); }
  .bubble, .card { max-width: min(100%, 30em); }
}
@media (max-width: 340px) { .emblem { display: none; } }
@media (max-height: 360px) { .emblem, .who { display: none; } header { padding-block: 4px; } .queue span { display: none; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .bubble, .launcher, .panel, .send, .notice { border: 1px solid; } .star.on .icon { fill: Highlight; } }
@media print { .launcher { display: none; } }
`;

let sheet = null;

/** The sheet, made once and shared by every widget of the page. */
export function baseSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
