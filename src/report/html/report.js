// The list: filters, order, and cards made as they come into view.

(() => {
  const STEP = 12;
  const { cards, rules } = JSON.parse(document.getElementById("deck").textContent);
  const form = document.querySelector(".filters");
  const place = document.getElementById("cards");
  const more = document.getElementById("more");
  const count = document.getElementById("count");
  const plain = (pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : piece[0])).join("");
  const words = new Array(cards.length);
  // What search looks in; made when first searched for, or when the page is idle.
  const wordsOf = (index) => (words[index] ??= `${plain(cards[index].title)}\n${plain(cards[index].body)}\n${cards[index].skills.join("\n")}\n${cards[index].particulars.join(" ")}`.toLowerCase());
  const hasFamily = (card, family) => card.ledger.some((entry) => entry.rule !== undefined && !entry.hint && rules[entry.rule].family === family);
  // The cards come best first; the other orders are made when first asked for, or when the page is idle.
  const orders = { score: cards.map((_, index) => index) };
  const order = (by) => (orders[by] ??= orders.score.toSorted((a, b) => {
    const [x, y] = [cards[a][by] ?? -1, cards[b][by] ?? -1];
    return y - x || a - b;
  }));
  let shown = [];
  let made = 0;

  function matching() {
    const wanted = new FormData(form);
    const verdicts = new Set(wanted.getAll("verdict"));
    const source = wanted.get("source");
    const family = wanted.get("family");
    const skill = wanted.get("skill").trim().toLowerCase();
    const pay = wanted.get("pay") === "" ? null : Number(wanted.get("pay"));
    const search = wanted.get("search").toLowerCase().split(/\s+/).filter(Boolean);
    return order(wanted.get("sort")).filter((index) => {
      const card = cards[index];
      return verdicts.has(card.verdict)
        && (!source || (card.source ?? "unknown") === source)
        && (!family || hasFamily(card, family))
        && (pay === null || (card.hourly !== null && card.hourly >= pay))
        && (!skill || card.skills.some((one) => one.toLowerCase().includes(skill)))
        && search.every((word) => wordsOf(index).includes(word));
    });
  }

  function extend() {
    const next = shown.slice(made, made + STEP);
    made += next.length;
    place.append(...next.map((index) => makeCard(cards[index], rules)));
    more.hidden = made >= shown.length;
  }

  function update() {
    shown = matching();
    made = 0;
    place.replaceChildren();
    extend();
    count.textContent = `${shown.length} of ${cards.length} shown`;
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  more.addEventListener("click", () => {
    const first = made;
    extend();
    place.children[first]?.focus();
  });
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting) && made < shown.length) extend(); }, { rootMargin: "600px" }).observe(more);

  for (const button of document.querySelectorAll("button.family")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      form.elements.family.value = button.dataset.family;
      // What speaks against posts is mostly found in those that were skipped.
      if (button.parentElement.classList.contains("red")) for (const box of form.querySelectorAll("[name=verdict]")) box.checked = true;
      update();
      document.getElementById("posts").focus();
    });
  }

  function step(by) {
    const all = [...place.children];
    const at = all.indexOf(document.activeElement?.closest("article.card"));
    const next = all[Math.max(0, at + by)];
    next?.focus();
    next?.scrollIntoView({ block: "start" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); filtering.open = true; form.elements.search.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "o") document.activeElement?.closest("article.card")?.querySelector("button.whole")?.click();
  });

  const filtering = document.querySelector(".filtering");
  filtering.hidden = false;
  // On a phone the posts come first.
  filtering.open = matchMedia("(min-width: 40rem)").matches;
  document.getElementById("keys").hidden = false;
  update();
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
  let prepared = 0;
  idle(function prepare(deadline) {
    if (prepared === 0) for (const option of form.elements.sort.options) order(option.value);
    while (prepared < cards.length && deadline.timeRemaining() > 2) wordsOf(prepared++);
    if (prepared < cards.length) idle(prepare);
  });
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
})();
