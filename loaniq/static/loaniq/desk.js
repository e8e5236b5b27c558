// Keys of the review desk. Nothing here decides anything: each key presses what the page shows.
(() => {
  const choose = (value) => document.querySelector(`#resolve input[name="outcome"][value="${value}"], #first-view input[name="view-outcome"][value="${value}"]`);
  const outcome = (value) => () => { const box = choose(value); if (box) { box.checked = true; box.focus(); } };
  const open = (id) => () => {
    const part = document.getElementById(id);
    if (part) { part.open = true; part.querySelector("textarea, input[type=radio]").focus(); }
  };
  const keys = {
    a: outcome("APPROVED"),
    d: outcome("DECLINED"),
    c: () => document.querySelectorAll("#resolve label").forEach((label) => { if (label.textContent.includes("Confirm")) { label.querySelector("input").checked = true; } }),
    n: () => document.querySelector("#resolve textarea[name=note], #first-view textarea")?.focus(),
    m: open("ask"),
    e: open("pass"),
    t: () => document.querySelector("button[name=take]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("#case form");
      form?.querySelector("button[type=submit]")?.click();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
})();
