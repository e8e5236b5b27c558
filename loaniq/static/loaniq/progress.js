// Follows a run at work: replaces the progress card as server-sent events tell, counts its seconds between two of them,
// and shows the decision in the page when the run has ended. Without it the card links to a fresh look.
(() => {
  "use strict";

  function follow(card) {
    const address = card.dataset.stream;
    const ends = card.dataset.whenEnded;
    const stream = new EventSource(address);
    let shown = card;
    stream.addEventListener("progress", (event) => {
      shown = replaced(shown, JSON.parse(event.data).html);
    });
    stream.addEventListener("ended", (event) => {
      stream.close();
      shown = replaced(shown, JSON.parse(event.data).html);
      showDecision(ends);
    });
    stream.addEventListener("error", () => lost(shown, true));
    stream.addEventListener("open", () => lost(shown, false));
    window.addEventListener("pagehide", () => stream.close());
  }

  function replaced(card, html) {
    const made = document.createElement("template");
    made.innerHTML = html.trim();
    const fresh = made.content.firstElementChild;
    card.replaceWith(fresh);
    countFrom(fresh);
    return fresh;
  }

  function lost(card, isLost) {
    const note = card.querySelector("[data-lost]");
    if (note) note.hidden = !isLost;
  }

  // The rest of the page stays as it is, with whatever somebody is typing there.
  async function showDecision(selector) {
    const here = selector && document.querySelector(selector);
    if (!here) return;
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.querySelector(selector);
      if (!answer.ok || !there) throw new Error("no such part");
      here.innerHTML = there.innerHTML;
      begin(here);
      document.dispatchEvent(new CustomEvent("loaniq:shown", { detail: here }));
    } catch {
      window.location.reload();
    }
  }

  function countFrom(part) {
    const now = Date.now();
    for (const each of part.querySelectorAll("[data-seconds]")) {
      each.dataset.since = String(now - 1000 * Number(each.dataset.seconds));
    }
  }

  function tick() {
    for (const each of document.querySelectorAll("[data-since]")) {
      each.textContent = String(Math.max(0, Math.floor((Date.now() - Number(each.dataset.since)) / 1000)));
    }
  }

  function begin(part) {
    countFrom(part);
    part.querySelectorAll("[data-stream]").forEach(follow);
  }

  document.addEventListener("DOMContentLoaded", () => {
    begin(document);
    window.setInterval(tick, 1000);
  });
})();
