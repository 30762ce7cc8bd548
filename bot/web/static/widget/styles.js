// The look of the widget, for its shadow root. Colours are custom properties; light and dark differ in those alone.
const LIGHT = `
  --surface: #fffdfa; --sunken: #f4efe7; --bubble: #f4efe7; --line: #e2d9cc; --edge: #8d8172; --ink: #221c15;
  --quiet: #655b4f; --bad: #a3231a; --shadow: 0 1px 2px #2a1c0c1a, 0 16px 48px #2a1c0c33; --picture: #fbf7f0;`;
const DARK = `
  --surface: #1c1916; --sunken: #151310; --bubble: #2a2621; --line: #3a342d; --edge: #8f8577; --ink: #f3ece2;
  --quiet: #b8ad9f; --bad: #ff9c8f; --shadow: 0 1px 2px #0008, 0 16px 48px #000a; --picture: #26221d;`;

const CSS = `
:host { ${LIGHT} --accent: var(--shopkeeper-accent, #b23a1e); --radius: var(--shopkeeper-radius, 18px);
  position: fixed; inset: auto 20px 20px auto; z-index: var(--shopkeeper-z, 2147483000); color: var(--ink); color-scheme: light;
  font: 15px/1.5 var(--shopkeeper-font, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif);
  -webkit-text-size-adjust: 100%; }
:host([position=left]) { inset: auto auto 20px 20px; }
:host([theme=dark]) { ${DARK} color-scheme: dark; }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${DARK} color-scheme: dark; } }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; }
button { border: 0; background: none; cursor: pointer; padding: 0; touch-action: manipulation; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--surface); }
.icon { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher { display: grid; place-items: center; position: relative; width: 60px; height: 60px; margin-left: auto; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); box-shadow: 0 1px 2px #0003, 0 8px 24px #2a1c0c4d; transition: transform .18s; }
.launcher:hover { transform: translateY(-2px); }
.launcher .icon { width: 28px; height: 28px; }
:host([position=left]) .launcher { margin: 0; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 24px; height: 24px; padding: 0 7px; border-radius: 12px; font-size: 13px; line-height: 20px;
  font-weight: 650; background: var(--ink); color: var(--surface); border: 2px solid var(--surface); }
.hint { position: absolute; bottom: 8px; right: 74px; width: max-content; max-width: min(260px, calc(100vw - 130px)); display: flex; align-items: center; gap: 4px;
  padding: 6px 6px 6px 16px; border-radius: 14px; background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow); }
:host([position=left]) .hint { right: auto; left: 74px; }

.panel { display: flex; flex-direction: column; position: absolute; bottom: 0; right: 0; width: 390px; height: min(640px, calc(100dvh - 40px));
  overflow: hidden; border-radius: var(--radius); background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow); animation: rise .22s cubic-bezier(.2,.8,.3,1); }
:host([position=left]) .panel { right: auto; left: 0; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

header { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 16px; border-bottom: 1px solid var(--line); }
.mark { flex: none; display: grid; place-items: center; width: 36px; height: 36px; margin-right: 8px; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-weight: 650; }
.names { flex: 1; min-width: 0; line-height: 1.25; }
h2 { margin: 0; font-size: 15px; font-weight: 650; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.names p { margin: 0; font-size: 12.5px; color: var(--quiet); }
.flat { display: grid; place-items: center; min-width: 44px; height: 44px; padding: 0 8px; border-radius: 12px; font-size: 14px; }
.flat:hover { background: var(--sunken); }

.banner { margin: 0; padding: 7px 16px; font-size: 13px; background: var(--sunken); border-bottom: 1px solid var(--line); color: var(--ink); }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px 8px; display: flex; flex-direction: column; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.log:focus-visible { outline-offset: -3px; box-shadow: none; }
.day { align-self: center; margin: 10px 0 12px; font-size: 12.5px; color: var(--quiet); }
.turn { display: flex; flex-direction: column; align-items: flex-start; margin-bottom: 14px; flex: none; }
.turn.shopper { align-items: flex-end; }
.bubble { max-width: 86%; padding: 9px 14px; border-radius: 16px; border-bottom-left-radius: 5px; background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; }
.shopper .bubble { border-radius: 16px; border-bottom-right-radius: 5px; background: var(--accent); color: var(--on-accent); }
.agent .bubble { background: var(--surface); border: 1px solid var(--edge); }
.meta { margin-top: 3px; padding: 0 4px; font-size: 12px; color: var(--quiet); display: flex; gap: 6px; align-items: center; flex-wrap: wrap; }
.failed .meta { color: var(--bad); }
.failed .bubble, .pending .bubble { background: var(--surface); color: var(--ink); border: 1px dashed var(--edge); }
.link { min-height: 28px; padding: 0 6px; border-radius: 8px; font-weight: 600; text-decoration: underline; text-underline-offset: 3px; }
.sources { max-width: 86%; margin: 6px 0 0; padding: 0 0 0 10px; border-left: 2px solid var(--line); list-style: none; font-size: 12.5px; line-height: 1.45; color: var(--quiet); overflow-wrap: anywhere; }
.notice { align-self: stretch; margin: 8px 0 0; padding: 9px 12px; border-radius: 12px; border: 1px solid var(--line); font-size: 14px; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
.chip { min-height: 44px; padding: 7px 15px; border-radius: 22px; border: 1px solid var(--edge); background: var(--surface); font-size: 14px; line-height: 1.3; text-align: left; }
.chip:hover { background: var(--sunken); }
.old .chips { display: none; }

.typing { display: inline-flex; gap: 5px; padding: 14px; }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--quiet); animation: breathe 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .15s; }
.typing i:nth-child(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }

.carousel { position: relative; align-self: stretch; margin: 10px -16px 0; }
.rail { display: flex; gap: 10px; margin: 0; padding: 3px 16px 6px; list-style: none; overflow-x: auto; scroll-snap-type: x mandatory; scroll-padding: 0 16px; scrollbar-width: none; }
.rail::-webkit-scrollbar { display: none; }
.card { flex: 0 0 208px; display: flex; flex-direction: column; scroll-snap-align: start; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); overflow: hidden; }
.card:only-child { flex-basis: 240px; }
.picture { display: grid; place-items: center; height: 124px; background: var(--picture); color: var(--quiet); position: relative; }
.picture img { width: 100%; height: 100%; object-fit: contain; padding: 12px; }
.tag { position: absolute; top: 8px; left: 8px; padding: 1px 8px; border-radius: 8px; font-size: 12px; background: var(--surface); color: var(--quiet); border: 1px solid var(--line); }
.about { flex: 1; display: flex; flex-direction: column; gap: 3px; padding: 10px 12px 12px; }
.title { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; min-height: 2.7em; font-size: 14px; line-height: 1.35; font-weight: 550; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
a.title:hover { text-decoration: underline; text-underline-offset: 3px; }
.price { font-size: 16px; font-weight: 650; font-variant-numeric: tabular-nums; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 10px; font-size: 12.5px; color: var(--quiet); }
.rating { display: inline-flex; align-items: center; gap: 3px; }
.star { width: 13px; height: 13px; fill: currentColor; }
.out { color: var(--bad); }
.reason { font-size: 12.5px; line-height: 1.4; color: var(--quiet); }
.buttons { display: flex; flex-direction: column; gap: 6px; margin-top: auto; padding-top: 8px; }
.action { min-height: 40px; padding: 5px 12px; border-radius: 12px; border: 1px solid var(--edge); font-size: 14px; font-weight: 550; line-height: 1.3; }
.action:hover { background: var(--sunken); }
.main { background: var(--accent); border-color: transparent; color: var(--on-accent); }
.main:hover { background: var(--accent); filter: brightness(1.08); }
.arrow { position: absolute; top: 43px; z-index: 1; display: grid; place-items: center; width: 40px; height: 40px; border-radius: 50%; background: var(--surface); border: 1px solid var(--line); box-shadow: 0 2px 8px #0002; }
.arrow.back { left: 6px; }
.arrow.on { right: 6px; }
.arrow[aria-disabled=true] { visibility: hidden; }

.strip { display: flex; align-items: center; gap: 10px; width: 100%; min-height: 46px; padding: 0 16px; border-top: 1px solid var(--line); font-size: 14px; text-align: left; }
.strip b { margin-left: auto; font-variant-numeric: tabular-nums; }
.strip:hover { background: var(--sunken); }
.strip:focus-visible { outline-offset: -3px; box-shadow: none; }
.cart { flex: 1; min-height: 0; overflow-y: auto; display: flex; flex-direction: column; padding: 4px 16px 16px; }
.cart h3 { margin: 0; font-size: 16px; font-weight: 650; }
.cart .top { display: flex; align-items: center; gap: 4px; margin-left: -10px; }
.cart ul { margin: 0; padding: 0; list-style: none; }
.cart li { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 12px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.cart li div { grid-column: 1; color: var(--quiet); font-size: 13px; }
.cart li .link { justify-self: end; font-size: 13px; font-weight: 500; }
.sum { display: flex; justify-content: space-between; padding: 14px 0; font-weight: 650; font-variant-numeric: tabular-nums; }

form { display: flex; align-items: flex-end; gap: 8px; padding: 10px 12px calc(10px + env(safe-area-inset-bottom)); border-top: 1px solid var(--line); }
.field { flex: 1; min-width: 0; border: 1px solid var(--edge); border-radius: 22px; background: var(--surface); padding: 0 14px; }
.field:focus-within { outline: 2px solid var(--ink); outline-offset: -1px; }
textarea { display: block; width: 100%; height: 42px; max-height: 132px; padding: 9px 0; border: 0; resize: none; background: none; font-size: 16px; line-height: 24px; }
textarea:focus-visible { outline: none; box-shadow: none; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
.left { padding: 0 0 6px; font-size: 12px; color: var(--quiet); }
.send { flex: none; display: grid; place-items: center; width: 44px; height: 44px; border-radius: 50%; background: var(--accent); color: var(--on-accent); }
.send[aria-disabled=true] { background: var(--sunken); color: var(--quiet); }

@media (max-width: 480px) {
  :host([open]) { inset: 0 !important; }
  .panel { position: fixed; inset: var(--top, 0) 0 auto 0 !important; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0; padding-top: env(safe-area-inset-top); }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .bubble, .chip, .launcher, .send { border: 1px solid; } }
`;

/** Return the style sheet; `--on-accent` is set by the element, since it depends on the accent's contrast. */
export function styleSheet() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS.replace(/\n\s*/g, "\n"));
  return sheet;
}

/** Return black or white, whichever reads better on a hex colour (WCAG 2 relative luminance); null if it is no colour. */
export function textOn(color) {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color?.trim() ?? "")?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [r, g, b] = [0, 2, 4].map((at) => {
    const part = parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
