"use strict";
// One post as an element. Words of a post only ever become text nodes; nothing here parses HTML.

const SIGNS = { apply: "✔", maybe: "?", skip: "✘" };
const SVG = "http://www.w3.org/2000/svg";
// Texts longer than this are folded until asked for.
const FOLDED = 900;
// Skills shown; the rest is counted.
const SKILLS = 8;
let cardNumber = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function bar(value) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bar");
  svg.setAttribute("viewBox", "0 0 100 8");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, width] of [["track", 100], ["fill", value]]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", name);
    rect.setAttribute("width", width);
    rect.setAttribute("height", 8);
    svg.append(rect);
  }
  return svg;
}

function signed(points) {
  return points < 0 ? `−${-points}` : `+${points}`;
}

// The number of each line of the ledger that has a rule and counts.
function numbers(card) {
  let number = 0;
  return card.ledger.map((entry) => (entry.rule === undefined || entry.points === 0 ? null : ++number));
}

// The numbers of lines with their signs, a run of three or more as its ends: "+5 +9–14".
function tags(lines, counted, card, rules) {
  const runs = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const sign = rules[card.ledger[line].rule].green ? "+" : "−";
    const number = counted[line] ?? "";
    const last = runs.at(-1);
    if (last && last.sign === sign && number !== "" && number === last.numbers.at(-1) + 1) last.numbers.push(number);
    else runs.push({ sign, numbers: [number] });
  }
  const shown = ({ sign, numbers }) => (numbers.length > 2 ? `${sign}${numbers[0]}–${numbers.at(-1)}` : numbers.map((number) => sign + number).join(" "));
  return runs.map(shown).join(" ");
}

// The pieces of a text, those with flags as marks.
function marked(pieces, card, rules) {
  const counted = numbers(card);
  return pieces.map((piece) => {
    if (typeof piece === "string") return document.createTextNode(piece);
    const [text, lines] = piece;
    // Where flags and hints meet, the flags are what is said.
    const flags = lines.filter((line) => !card.ledger[line].hint);
    const said = flags.length ? flags : lines;
    const strongest = said.reduce((best, line) => (Math.abs(card.ledger[line].points) > Math.abs(card.ledger[best].points) ? line : best));
    const entry = card.ledger[strongest];
    const kind = `${rules[entry.rule].green ? "green" : "red"}${entry.hint ? " hint" : ""}`;
    return element("mark", { class: kind, title: rules[entry.rule].why }, element("sup", {}, tags(said, counted, card, rules)), text);
  });
}

function reasons(card, rules) {
  if (!card.reasons.length) return null;
  const list = element("ul", { class: "reasons" });
  for (const reason of card.reasons) {
    const rule = rules[reason.rule];
    const kind = rule.green ? "green" : "red";
    const item = element("li", { class: kind }, element("b", {}, `${rule.green ? "+" : "−"} ${rule.family}: `), rule.why);
    if (reason.figure) item.append(` (${reason.figure})`);
    if (reason.quote) item.append(element("q", {}, reason.quote[0], element("mark", { class: kind }, reason.quote[1]), reason.quote[2]));
    list.append(item);
  }
  return list;
}

function ask(card) {
  if (!card.questions.length) return null;
  const button = element("button", { type: "button" }, "Copy the questions");
  button.addEventListener("click", () => copy(card.questions.join("\n"), button));
  return element("section", { class: "ask" }, element("h4", {}, "Ask the client"), element("ol", {}, ...card.questions.map((question) => element("li", {}, question))), button);
}

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Where the page may not use the clipboard: by way of a selection.
    const field = element("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
    button.focus();
  }
  const before = button.textContent;
  button.textContent = done ? "Copied" : "Not copied: select the text instead";
  setTimeout(() => { button.textContent = before; }, 2000);
}

function ledger(card, rules) {
  const counted = numbers(card);
  const body = element("tbody", {}, element("tr", {}, element("td", { class: "points" }, "50"), element("td", {}), element("td", {}, "where every post starts")));
  card.ledger.forEach((entry, line) => {
    if (entry.points === 0) return;
    const rule = rules[entry.rule];
    const what = rule
      ? [element("span", { class: "family" }, `${rule.family}${entry.hint ? " (a hint)" : ""}: `), rule.why, entry.field ? ` (${entry.field})` : ""]
      : [entry.what];
    const kind = rule ? (rule.green ? "green" : "red") : "";
    body.append(element("tr", { class: `${kind}${entry.hint ? " hint" : ""}` }, element("td", { class: "points" }, signed(entry.points)), element("td", {}, counted[line] ? String(counted[line]) : ""), element("td", {}, ...what)));
  });
  const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Points"), element("th", { scope: "col" }, element("span", { class: "visually-hidden" }, "Number")), element("th", { scope: "col" }, "Reason")));
  const foot = element("tfoot", {}, element("tr", {}, element("td", { class: "points" }, String(card.score)), element("td", {}), element("td", {}, "of 100")));
  const axes = element("dl", { class: "axes" });
  for (const [name, value, kind] of [["objective-driven", card.objective, "green"], ["tactical", card.tactical, "red"]]) {
    axes.append(element("dt", {}, name), element("dd", { class: kind }, bar(value)), element("dd", {}, String(value)));
  }
  return [axes, element("table", { class: "ledger" }, head, body, foot)];
}

// A part that is built when it is first opened.
function onDemand(label, build) {
  const part = element("details", {}, element("summary", {}, label));
  part.addEventListener("toggle", () => { if (part.open && part.childElementCount === 1) part.append(...build()); });
  return part;
}

function text(card, rules, id) {
  const length = card.body.reduce((sum, piece) => sum + (typeof piece === "string" ? piece : piece[0]).length, 0);
  if (!length) return element("div", {});
  const words = element("div", { class: "text", id: `${id}-text` }, ...marked(card.body, card, rules));
  if (length <= FOLDED) return element("div", {}, words);
  words.classList.add("clamp");
  const button = element("button", { type: "button", class: "whole", "aria-expanded": "false", "aria-controls": `${id}-text` }, "Whole post");
  button.addEventListener("click", () => {
    const open = !words.classList.toggle("clamp");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Fold the post" : "Whole post";
  });
  return element("div", {}, words, button);
}

function skills(card) {
  if (!card.skills.length) return null;
  const items = card.skills.slice(0, SKILLS).map((skill) => element("li", {}, skill));
  if (card.skills.length > SKILLS) items.push(element("li", { class: "rest", title: card.skills.slice(SKILLS).join(", ") }, `and ${card.skills.length - SKILLS} more`));
  return element("ul", { class: "skills", "aria-label": "Skills" }, ...items);
}

function makeCard(card, rules) {
  const id = `post-${++cardNumber}`;
  const name = card.heading !== undefined ? [card.heading] : marked(card.title, card, rules);
  const title = card.url && /^https?:\/\//i.test(card.url) ? [element("a", { href: card.url, rel: "noreferrer noopener", target: "_blank" }, ...name)] : name;
  const header = element("header", {},
    element("p", { class: "verdict" }, element("span", { class: "badge" }, `${SIGNS[card.verdict]} ${card.verdict}`), bar(card.score), element("span", { class: "score" }, String(card.score)), element("span", { class: "visually-hidden" }, "of 100")),
    element("h3", { id }, ...title),
    card.particulars.length ? element("p", { class: "particulars" }, card.particulars.join(" · ")) : null,
    card.address ? element("p", { class: "particulars" }, card.address) : null,
    skills(card),
    card.note ? element("p", { class: "note" }, card.note) : null);
  const side = element("div", { class: "side" }, reasons(card, rules), ask(card));
  return element("article", { class: `card ${card.verdict}`, tabindex: "-1", "aria-labelledby": id }, header, element("div", { class: "columns" }, side, text(card, rules, id)), onDemand(`How 50 becomes ${card.score}`, () => ledger(card, rules)));
}
