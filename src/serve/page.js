// The paste box and the dropped file.

(() => {
  const PAUSE = 120;
  const paste = document.getElementById("paste");
  const verdict = document.getElementById("verdict");
  const status = document.getElementById("status");
  const told = document.getElementById("told");
  let waiting = 0;
  let running = null;

  async function send(path, body, signal) {
    const answer = await fetch(path, { method: "POST", body, signal, headers: { "Content-Type": "application/octet-stream" } });
    if (answer.status === 413) throw new Error("That is too large.");
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    return answer.json();
  }

  async function judge() {
    running?.abort();
    running = new AbortController();
    if (!paste.value.trim()) {
      verdict.replaceChildren();
      status.textContent = "";
      return;
    }
    try {
      const reply = await send("/judge", new Blob([paste.value]), running.signal);
      // What a person has opened stays open while they type on.
      const open = [...verdict.querySelectorAll("details")].some((part) => part.open);
      verdict.replaceChildren(...reply.cards.map((card) => makeCard(card, reply.rules)));
      if (open) for (const part of verdict.querySelectorAll("details")) part.open = true;
      for (const button of verdict.querySelectorAll("button.whole")) button.click();
      status.textContent = reply.problems.join(" ");
      told.textContent = reply.cards.map((card) => `${card.verdict}, ${card.score} of 100`).join("; ");
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = error instanceof TypeError ? "The server does not answer: is gigsieve still running?" : error.message;
    }
  }

  async function take(file) {
    status.textContent = `Reading ${file.name}…`;
    try {
      const made = await send(`/report?name=${encodeURIComponent(file.name)}`, file);
      if (made.path && /^\/report\/\d+$/.test(made.path)) location.assign(made.path);
      else status.textContent = made.problems.join(" ") || "No post in it.";
    } catch (error) {
      status.textContent = error instanceof TypeError ? "The file could not be sent." : error.message;
    }
  }

  paste.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(judge, PAUSE);
  });
  document.getElementById("file").addEventListener("change", (event) => { if (event.target.files.length) take(event.target.files[0]); });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dragging"); });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dragging");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  if (paste.value) judge();
})();
